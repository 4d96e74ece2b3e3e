// Generated from contracts/src by contracts/generateAbi.ts. Do not edit.
export const straddleExchangeAbi = [
  {
    inputs: [],
    name: 'AmountZero',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'expected',
        type: 'uint64',
      },
      {
        internalType: 'uint64',
        name: 'actual',
        type: 'uint64',
      },
    ],
    name: 'BatchNumberNotNext',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        internalType: 'uint40',
        name: 'lastTime',
        type: 'uint40',
      },
    ],
    name: 'BatchTimeBeforeLast',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        internalType: 'uint256',
        name: 'blockTime',
        type: 'uint256',
      },
    ],
    name: 'BatchTimeInFuture',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        internalType: 'uint256',
        name: 'oldestAccepted',
        type: 'uint256',
      },
    ],
    name: 'BatchTooOld',
    type: 'error',
  },
  {
    inputs: [],
    name: 'BoundsInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'size',
        type: 'uint256',
      },
      {
        internalType: 'uint8',
        name: 'quorum',
        type: 'uint8',
      },
    ],
    name: 'CommitteeInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'received',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'minimum',
        type: 'uint256',
      },
    ],
    name: 'DepositBelowMinimum',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'total',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'cap',
        type: 'uint256',
      },
    ],
    name: 'DepositCapExceeded',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'minDeposit',
        type: 'uint64',
      },
      {
        internalType: 'uint64',
        name: 'depositCap',
        type: 'uint64',
      },
    ],
    name: 'DepositLimitsInvalid',
    type: 'error',
  },
  {
    inputs: [],
    name: 'ExchangeFrozen',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'until',
        type: 'uint40',
      },
    ],
    name: 'ExchangePaused',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'header',
        type: 'uint256',
      },
    ],
    name: 'HeaderOutOfRange',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
    ],
    name: 'InstrumentInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
    ],
    name: 'InstrumentNotListed',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
      {
        internalType: 'uint24',
        name: 'expected',
        type: 'uint24',
      },
    ],
    name: 'InstrumentOutOfOrder',
    type: 'error',
  },
  {
    inputs: [],
    name: 'KeyDataFailed',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'keyX',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'keyY',
        type: 'uint256',
      },
    ],
    name: 'KeyNotOnCurve',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'keyX',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'keyY',
        type: 'uint256',
      },
    ],
    name: 'KeyOfSmallOrder',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'end',
        type: 'uint256',
      },
      {
        internalType: 'uint64',
        name: 'queued',
        type: 'uint64',
      },
    ],
    name: 'L1OpsBeyondQueue',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'end',
        type: 'uint64',
      },
      {
        internalType: 'bytes32',
        name: 'queued',
        type: 'bytes32',
      },
      {
        internalType: 'bytes32',
        name: 'submitted',
        type: 'bytes32',
      },
    ],
    name: 'L1OpsDisagreeWithQueue',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'market',
        type: 'uint8',
      },
    ],
    name: 'MarketFull',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'market',
        type: 'uint8',
      },
    ],
    name: 'MarketOutOfRange',
    type: 'error',
  },
  {
    inputs: [],
    name: 'NoBatches',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'l1OpIndex',
        type: 'uint64',
      },
    ],
    name: 'NoPendingOp',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'value',
        type: 'uint256',
      },
    ],
    name: 'NotAFieldElement',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'address',
        name: 'caller',
        type: 'address',
      },
    ],
    name: 'NotAccountOwner',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'signer',
        type: 'address',
      },
    ],
    name: 'NotAnOracle',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'owner',
        type: 'address',
      },
    ],
    name: 'NothingToClaim',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'l1OpIndex',
        type: 'uint64',
      },
      {
        internalType: 'uint256',
        name: 'overdueAfter',
        type: 'uint256',
      },
    ],
    name: 'OpNotOverdue',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint8',
        name: 'kind',
        type: 'uint8',
      },
    ],
    name: 'OpStillPending',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'oracle',
        type: 'address',
      },
    ],
    name: 'OracleInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint64',
        name: 'paid',
        type: 'uint64',
      },
      {
        internalType: 'uint64',
        name: 'asked',
        type: 'uint64',
      },
    ],
    name: 'PaidMoreThanAsked',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint64',
        name: 'paid',
        type: 'uint64',
      },
    ],
    name: 'PaidWithoutForcedWithdrawal',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint32',
        name: 'durationSec',
        type: 'uint32',
      },
      {
        internalType: 'uint32',
        name: 'maxPauseSec',
        type: 'uint32',
      },
    ],
    name: 'PauseDurationInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'time',
        type: 'uint256',
      },
    ],
    name: 'PauseNotAllowedBefore',
    type: 'error',
  },
  {
    inputs: [],
    name: 'PointNotOnCurve',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'precompile',
        type: 'uint256',
      },
    ],
    name: 'PrecompileFailed',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'firstBatchNumber',
        type: 'uint64',
      },
      {
        internalType: 'uint256',
        name: 'batches',
        type: 'uint256',
      },
    ],
    name: 'ProofRefused',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'actual',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'expected',
        type: 'uint256',
      },
    ],
    name: 'PublicInputCountWrong',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'signatures',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'quorum',
        type: 'uint256',
      },
    ],
    name: 'QuorumNotMet',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'reportTime',
        type: 'uint40',
      },
      {
        internalType: 'uint40',
        name: 'batchTime',
        type: 'uint40',
      },
    ],
    name: 'ReportAfterBatch',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'reportIndex',
        type: 'uint16',
      },
      {
        internalType: 'uint256',
        name: 'reports',
        type: 'uint256',
      },
    ],
    name: 'ReportIndexOutOfRange',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        internalType: 'uint40',
        name: 'lastTime',
        type: 'uint40',
      },
    ],
    name: 'ReportNotNewer',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'reportTime',
        type: 'uint40',
      },
      {
        internalType: 'uint256',
        name: 'oldestAccepted',
        type: 'uint256',
      },
    ],
    name: 'ReportTooOld',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'reportIndex',
        type: 'uint256',
      },
    ],
    name: 'ReportUnused',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'reportIndex',
        type: 'uint16',
      },
      {
        internalType: 'uint16',
        name: 'previous',
        type: 'uint16',
      },
    ],
    name: 'ReportsNotInOrder',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'sender',
        type: 'address',
      },
      {
        internalType: 'address',
        name: 'origin',
        type: 'address',
      },
    ],
    name: 'SenderNotPlainAccount',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
    ],
    name: 'ShapeExists',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'position',
        type: 'uint256',
      },
    ],
    name: 'SignatureInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'signer',
        type: 'address',
      },
      {
        internalType: 'address',
        name: 'previous',
        type: 'address',
      },
    ],
    name: 'SignersNotIncreasing',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'market',
        type: 'uint8',
      },
      {
        internalType: 'uint256',
        name: 'spot',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'lastSpot',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'allowedPpm',
        type: 'uint256',
      },
    ],
    name: 'SpotDeviates',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'spot',
        type: 'uint64',
      },
    ],
    name: 'SpotOutOfRange',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'position',
        type: 'uint256',
      },
    ],
    name: 'SpotsNotIncreasing',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'expected',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'actual',
        type: 'uint256',
      },
    ],
    name: 'TokenDebitDiffers',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'decimals',
        type: 'uint8',
      },
    ],
    name: 'TokenDecimalsNotSix',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
    ],
    name: 'UnknownAccount',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
    ],
    name: 'UnknownShape',
    type: 'error',
  },
  {
    inputs: [],
    name: 'VerifyingKeyInvalid',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint256',
        name: 'withdrawn',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'held',
        type: 'uint256',
      },
    ],
    name: 'WithdrawalsExceedDeposits',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'batchNumber',
        type: 'uint64',
      },
      {
        internalType: 'uint256',
        name: 'position',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'word',
        type: 'uint256',
      },
    ],
    name: 'WordOutOfRange',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'batchNumber',
        type: 'uint64',
      },
      {
        internalType: 'uint256',
        name: 'expected',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'actual',
        type: 'uint256',
      },
    ],
    name: 'WordsDisagreeWithHeader',
    type: 'error',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'batchNumber',
        type: 'uint64',
      },
    ],
    name: 'WordsTooFew',
    type: 'error',
  },
  {
    inputs: [],
    name: 'ZeroAddress',
    type: 'error',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint64',
        name: 'batchNumber',
        type: 'uint64',
      },
      {
        indexed: true,
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'stateRoot',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'riskTableHash',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'logChainHash',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'uint64',
        name: 'l1OpIndex',
        type: 'uint64',
      },
    ],
    name: 'BatchAccepted',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        components: [
          {
            internalType: 'uint32',
            name: 'settlementWindowSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'forcedDeadlineSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxReportAgeSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationBasePpm',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationPpmPerSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxPauseSec',
            type: 'uint32',
          },
        ],
        indexed: false,
        internalType: 'struct IStraddleExchange.Bounds',
        name: 'bounds',
        type: 'tuple',
      },
    ],
    name: 'BoundsSet',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'address',
        name: 'owner',
        type: 'address',
      },
      {
        indexed: true,
        internalType: 'address',
        name: 'to',
        type: 'address',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'amount',
        type: 'uint256',
      },
    ],
    name: 'Claimed',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: false,
        internalType: 'uint64',
        name: 'minDeposit',
        type: 'uint64',
      },
      {
        indexed: false,
        internalType: 'uint64',
        name: 'depositCap',
        type: 'uint64',
      },
    ],
    name: 'DepositLimitsSet',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: false,
        internalType: 'uint64',
        name: 'l1OpIndex',
        type: 'uint64',
      },
      {
        indexed: false,
        internalType: 'uint40',
        name: 'queuedAt',
        type: 'uint40',
      },
    ],
    name: 'Frozen',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
    ],
    name: 'InstrumentDelisted',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
      {
        indexed: false,
        internalType: 'enum IStraddleExchange.InstrumentKind',
        name: 'kind',
        type: 'uint8',
      },
      {
        indexed: false,
        internalType: 'uint40',
        name: 'expiry',
        type: 'uint40',
      },
      {
        indexed: false,
        internalType: 'uint40',
        name: 'strike',
        type: 'uint40',
      },
    ],
    name: 'InstrumentListed',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint64',
        name: 'index',
        type: 'uint64',
      },
      {
        indexed: false,
        internalType: 'uint8',
        name: 'kind',
        type: 'uint8',
      },
      {
        indexed: true,
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        indexed: true,
        internalType: 'address',
        name: 'owner',
        type: 'address',
      },
      {
        indexed: false,
        internalType: 'uint64',
        name: 'amount',
        type: 'uint64',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'keyX',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'keyY',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'bytes32',
        name: 'opHash',
        type: 'bytes32',
      },
    ],
    name: 'L1OpQueued',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: false,
        internalType: 'address[]',
        name: 'oracles',
        type: 'address[]',
      },
      {
        indexed: false,
        internalType: 'uint8',
        name: 'quorum',
        type: 'uint8',
      },
    ],
    name: 'OracleCommitteeSet',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'address',
        name: 'guardian',
        type: 'address',
      },
      {
        indexed: false,
        internalType: 'uint40',
        name: 'until',
        type: 'uint40',
      },
    ],
    name: 'Paused',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        indexed: false,
        internalType: 'uint256',
        name: 'riskTableHash',
        type: 'uint256',
      },
      {
        indexed: false,
        internalType: 'bytes32',
        name: 'inputsHash',
        type: 'bytes32',
      },
      {
        indexed: false,
        internalType: 'bytes32',
        name: 'digest',
        type: 'bytes32',
      },
    ],
    name: 'ReportAccepted',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
      {
        indexed: false,
        internalType: 'address',
        name: 'keyData',
        type: 'address',
      },
    ],
    name: 'ShapeRegistered',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
    ],
    name: 'ShapeRetired',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'address',
        name: 'by',
        type: 'address',
      },
    ],
    name: 'Unpaused',
    type: 'event',
  },
  {
    anonymous: false,
    inputs: [
      {
        indexed: true,
        internalType: 'address',
        name: 'owner',
        type: 'address',
      },
      {
        indexed: true,
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        indexed: false,
        internalType: 'uint64',
        name: 'amount',
        type: 'uint64',
      },
      {
        indexed: true,
        internalType: 'uint64',
        name: 'batchNumber',
        type: 'uint64',
      },
      {
        indexed: false,
        internalType: 'bool',
        name: 'forced',
        type: 'bool',
      },
    ],
    name: 'WithdrawalCredited',
    type: 'event',
  },
  {
    inputs: [],
    name: 'GUARDIAN_ROLE',
    outputs: [
      {
        internalType: 'bytes32',
        name: '',
        type: 'bytes32',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'LISTER_ROLE',
    outputs: [
      {
        internalType: 'bytes32',
        name: '',
        type: 'bytes32',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'SEQUENCER_ROLE',
    outputs: [
      {
        internalType: 'bytes32',
        name: '',
        type: 'bytes32',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
    ],
    name: 'accountOwner',
    outputs: [
      {
        internalType: 'address',
        name: '',
        type: 'address',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'batchNumber',
    outputs: [
      {
        internalType: 'uint64',
        name: '',
        type: 'uint64',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'bounds',
    outputs: [
      {
        components: [
          {
            internalType: 'uint32',
            name: 'settlementWindowSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'forcedDeadlineSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxReportAgeSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationBasePpm',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationPpmPerSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxPauseSec',
            type: 'uint32',
          },
        ],
        internalType: 'struct IStraddleExchange.Bounds',
        name: '',
        type: 'tuple',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint256',
        name: 'keyX',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'keyY',
        type: 'uint256',
      },
    ],
    name: 'changeKey',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'to',
        type: 'address',
      },
    ],
    name: 'claim',
    outputs: [
      {
        internalType: 'uint256',
        name: 'amount',
        type: 'uint256',
      },
    ],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'address',
        name: 'owner',
        type: 'address',
      },
    ],
    name: 'claimable',
    outputs: [
      {
        internalType: 'uint256',
        name: '',
        type: 'uint256',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'conservation',
    outputs: [
      {
        internalType: 'uint256',
        name: 'held',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'owedToClaims',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'owedToAccounts',
        type: 'uint256',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24[]',
        name: 'ids',
        type: 'uint24[]',
      },
    ],
    name: 'delistInstruments',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint64',
        name: 'amount',
        type: 'uint64',
      },
    ],
    name: 'deposit',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'depositLimits',
    outputs: [
      {
        internalType: 'uint64',
        name: 'minDeposit',
        type: 'uint64',
      },
      {
        internalType: 'uint64',
        name: 'depositCap',
        type: 'uint64',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'domain',
    outputs: [
      {
        internalType: 'uint256',
        name: '',
        type: 'uint256',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
      {
        internalType: 'uint64',
        name: 'amount',
        type: 'uint64',
      },
    ],
    name: 'forceWithdraw',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'freeze',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'frozen',
    outputs: [
      {
        internalType: 'bool',
        name: '',
        type: 'bool',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint24',
        name: 'id',
        type: 'uint24',
      },
    ],
    name: 'instrument',
    outputs: [
      {
        components: [
          {
            internalType: 'uint24',
            name: 'id',
            type: 'uint24',
          },
          {
            internalType: 'enum IStraddleExchange.InstrumentKind',
            name: 'kind',
            type: 'uint8',
          },
          {
            internalType: 'uint40',
            name: 'expiry',
            type: 'uint40',
          },
          {
            internalType: 'uint40',
            name: 'strike',
            type: 'uint40',
          },
        ],
        internalType: 'struct IStraddleExchange.Instrument',
        name: 'listed',
        type: 'tuple',
      },
      {
        internalType: 'bool',
        name: 'delisted',
        type: 'bool',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'count',
        type: 'uint64',
      },
    ],
    name: 'l1OpChain',
    outputs: [
      {
        internalType: 'bytes32',
        name: 'chainHash',
        type: 'bytes32',
      },
      {
        internalType: 'uint40',
        name: 'queuedAt',
        type: 'uint40',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'l1OpCount',
    outputs: [
      {
        internalType: 'uint64',
        name: '',
        type: 'uint64',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'l1OpIndex',
    outputs: [
      {
        internalType: 'uint64',
        name: '',
        type: 'uint64',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'lastReport',
    outputs: [
      {
        internalType: 'bytes32',
        name: 'digest',
        type: 'bytes32',
      },
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'market',
        type: 'uint8',
      },
    ],
    name: 'lastSpot',
    outputs: [
      {
        internalType: 'uint40',
        name: 'price',
        type: 'uint40',
      },
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'lastTime',
    outputs: [
      {
        internalType: 'uint40',
        name: '',
        type: 'uint40',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        components: [
          {
            internalType: 'uint24',
            name: 'id',
            type: 'uint24',
          },
          {
            internalType: 'enum IStraddleExchange.InstrumentKind',
            name: 'kind',
            type: 'uint8',
          },
          {
            internalType: 'uint40',
            name: 'expiry',
            type: 'uint40',
          },
          {
            internalType: 'uint40',
            name: 'strike',
            type: 'uint40',
          },
        ],
        internalType: 'struct IStraddleExchange.Instrument[]',
        name: 'instruments',
        type: 'tuple[]',
      },
    ],
    name: 'listInstruments',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint8',
        name: 'market',
        type: 'uint8',
      },
      {
        internalType: 'uint256',
        name: 'keyX',
        type: 'uint256',
      },
      {
        internalType: 'uint256',
        name: 'keyY',
        type: 'uint256',
      },
      {
        internalType: 'uint64',
        name: 'amount',
        type: 'uint64',
      },
    ],
    name: 'openAccount',
    outputs: [
      {
        internalType: 'uint24',
        name: 'account',
        type: 'uint24',
      },
    ],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'oracleCommittee',
    outputs: [
      {
        internalType: 'address[]',
        name: 'oracles',
        type: 'address[]',
      },
      {
        internalType: 'uint8',
        name: 'quorum',
        type: 'uint8',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint32',
        name: 'durationSec',
        type: 'uint32',
      },
    ],
    name: 'pause',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'pausedUntil',
    outputs: [
      {
        internalType: 'uint40',
        name: '',
        type: 'uint40',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
      {
        components: [
          {
            internalType: 'uint256[2]',
            name: 'alpha',
            type: 'uint256[2]',
          },
          {
            internalType: 'uint256[2][2]',
            name: 'beta',
            type: 'uint256[2][2]',
          },
          {
            internalType: 'uint256[2][2]',
            name: 'gamma',
            type: 'uint256[2][2]',
          },
          {
            internalType: 'uint256[2][2]',
            name: 'delta',
            type: 'uint256[2][2]',
          },
          {
            internalType: 'uint256[2][]',
            name: 'ic',
            type: 'uint256[2][]',
          },
        ],
        internalType: 'struct IStraddleExchange.VerifyingKey',
        name: 'key',
        type: 'tuple',
      },
    ],
    name: 'registerShape',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint40',
        name: 'time',
        type: 'uint40',
      },
      {
        internalType: 'uint256',
        name: 'riskTableHash',
        type: 'uint256',
      },
      {
        internalType: 'bytes32',
        name: 'inputsHash',
        type: 'bytes32',
      },
      {
        internalType: 'uint64[]',
        name: 'spots',
        type: 'uint64[]',
      },
    ],
    name: 'reportDigest',
    outputs: [
      {
        internalType: 'bytes32',
        name: '',
        type: 'bytes32',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
    ],
    name: 'retireShape',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        components: [
          {
            internalType: 'uint32',
            name: 'settlementWindowSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'forcedDeadlineSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxReportAgeSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationBasePpm',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'deviationPpmPerSec',
            type: 'uint32',
          },
          {
            internalType: 'uint32',
            name: 'maxPauseSec',
            type: 'uint32',
          },
        ],
        internalType: 'struct IStraddleExchange.Bounds',
        name: 'bounds',
        type: 'tuple',
      },
    ],
    name: 'setBounds',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint64',
        name: 'minDeposit',
        type: 'uint64',
      },
      {
        internalType: 'uint64',
        name: 'depositCap',
        type: 'uint64',
      },
    ],
    name: 'setDepositLimits',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'address[]',
        name: 'oracles',
        type: 'address[]',
      },
      {
        internalType: 'uint8',
        name: 'quorum',
        type: 'uint8',
      },
    ],
    name: 'setOracleCommittee',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
    ],
    name: 'shapeKeyData',
    outputs: [
      {
        internalType: 'address',
        name: '',
        type: 'address',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'stateRoot',
    outputs: [
      {
        internalType: 'uint256',
        name: '',
        type: 'uint256',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [
      {
        internalType: 'uint16',
        name: 'shapeId',
        type: 'uint16',
      },
      {
        components: [
          {
            internalType: 'uint256',
            name: 'stateRootAfter',
            type: 'uint256',
          },
          {
            internalType: 'uint40',
            name: 'time',
            type: 'uint40',
          },
          {
            internalType: 'uint256',
            name: 'dataCommit',
            type: 'uint256',
          },
          {
            internalType: 'uint16',
            name: 'reportIndex',
            type: 'uint16',
          },
          {
            internalType: 'uint256',
            name: 'logChainHash',
            type: 'uint256',
          },
          {
            internalType: 'uint256[]',
            name: 'words',
            type: 'uint256[]',
          },
          {
            components: [
              {
                internalType: 'uint256[2]',
                name: 'a',
                type: 'uint256[2]',
              },
              {
                internalType: 'uint256[2][2]',
                name: 'b',
                type: 'uint256[2][2]',
              },
              {
                internalType: 'uint256[2]',
                name: 'c',
                type: 'uint256[2]',
              },
            ],
            internalType: 'struct IStraddleExchange.Proof',
            name: 'proof',
            type: 'tuple',
          },
        ],
        internalType: 'struct IStraddleExchange.Batch[]',
        name: 'batches',
        type: 'tuple[]',
      },
      {
        components: [
          {
            internalType: 'uint40',
            name: 'time',
            type: 'uint40',
          },
          {
            internalType: 'uint256',
            name: 'riskTableHash',
            type: 'uint256',
          },
          {
            internalType: 'uint64[]',
            name: 'spots',
            type: 'uint64[]',
          },
          {
            internalType: 'bytes',
            name: 'inputs',
            type: 'bytes',
          },
          {
            internalType: 'bytes[]',
            name: 'signatures',
            type: 'bytes[]',
          },
        ],
        internalType: 'struct IStraddleExchange.OracleReport[]',
        name: 'reports',
        type: 'tuple[]',
      },
    ],
    name: 'submit',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
  {
    inputs: [],
    name: 'token',
    outputs: [
      {
        internalType: 'address',
        name: '',
        type: 'address',
      },
    ],
    stateMutability: 'view',
    type: 'function',
  },
  {
    inputs: [],
    name: 'unpause',
    outputs: [],
    stateMutability: 'nonpayable',
    type: 'function',
  },
] as const;
