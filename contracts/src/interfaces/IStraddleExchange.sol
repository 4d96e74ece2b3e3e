// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

/// @title The Straddle rollup's contract on L1 (docs/PROTOCOL.md, sections 6 and 7)
/// @notice Units: amounts are cash units (1e-6 USDC), times are seconds since the epoch, prices are 1e-4 USDC.
/// @dev "Field" is BN254's scalar field, of order p. All packings are little-endian in bits, "@k" is a bit offset.
interface IStraddleExchange {
    // ------------------------------------------------------------------ structs

    /// @dev Bounds that governance may move. The pause is at most half of the forced deadline.
    struct Bounds {
        /// A batch older than this is not accepted any more.
        uint32 settlementWindowSec;
        /// How long the oldest L1 op may wait before anyone may freeze the rollup.
        uint32 forcedDeadlineSec;
        /// How much older than its batch a report may be.
        uint32 maxReportAgeSec;
        /// A price may be 1 + base + perSec * (seconds since its anchor was set) times its anchor, or its anchor that
        /// many times the price, in millionths; base + perSec * seconds counts up to the ceiling.
        uint32 deviationBasePpm;
        uint32 deviationPpmPerSec;
        /// Longest pause; as much time must pass between two pauses.
        uint32 maxPauseSec;
        /// Above the base, below one million.
        uint32 deviationCeilingPpm;
    }

    /// @dev A Groth16 verifying key; G2 coordinates in EVM order (imaginary part first); `ic` has 8 points.
    struct VerifyingKey {
        uint256[2] alpha;
        uint256[2][2] beta;
        uint256[2][2] gamma;
        uint256[2][2] delta;
        uint256[2][] ic;
    }

    struct Shape {
        uint16 id;
        VerifyingKey key;
    }

    struct Deployment {
        /// Six decimals.
        address token;
        uint256 genesisStateRoot;
        /// Receives DEFAULT_ADMIN_ROLE: a TimelockController.
        address admin;
        address sequencer;
        address guardian;
        address lister;
        address[] oracles;
        uint8 quorum;
        Bounds bounds;
        /// Least amount of a deposit, at least 1.
        uint64 minDeposit;
        /// Most that the accounts may hold in all, below 2^62.
        uint64 depositCap;
        Shape[] shapes;
    }

    /// @dev `b` in EVM order (imaginary part first).
    struct Proof {
        uint256[2] a;
        uint256[2][2] b;
        uint256[2] c;
    }

    struct Batch {
        uint256 stateRootAfter;
        uint40 time;
        uint256 dataCommit;
        /// Position in `reports` of the report whose risk table the batch uses; never falling within a call.
        uint16 reportIndex;
        /// Chain hash of the last log entry that the batch covers.
        uint256 logChainHash;
        /// Header, L1 ops (4 each), withdrawals (1), trades (2), settlements (1).
        uint256[] words;
        Proof proof;
    }

    struct OracleReport {
        uint40 time;
        uint256 riskTableHash;
        /// price 40 @0 | volatility 32 @40 | expiry 40 @72 | market 4 @112, strictly increasing by market and expiry. Of
        /// each market its spot (expiry and volatility 0), then of every expiry to come the forward and the at-the-money
        /// volatility in millionths a year.
        uint128[] prices;
        /// From which anyone can rebuild the risk table; signed by its keccak256.
        bytes inputs;
        /// 65 bytes each, signers' addresses strictly increasing; may be empty for the report accepted last.
        bytes[] signatures;
    }

    enum InstrumentKind {
        None,
        Call,
        Put,
        Future
    }

    struct Instrument {
        /// 16-bit serial @0, 4-bit market @16.
        uint24 id;
        InstrumentKind kind;
        uint40 expiry;
        /// Price units; 0 for a future.
        uint40 strike;
    }

    // ------------------------------------------------------------------- events

    /// @param index Counts all ops from 0.
    /// @param kind 1 OPEN, 2 DEPOSIT, 3 CHANGE_KEY, 4 FORCED_WITHDRAWAL.
    /// @param amount What arrived (OPEN, DEPOSIT) or is asked for (FORCED_WITHDRAWAL), 0 for CHANGE_KEY.
    /// @param keyX 0 with keyY for DEPOSIT and FORCED_WITHDRAWAL.
    /// @param opHash The queue's chain hash after this op.
    event L1OpQueued(
        uint64 indexed index,
        uint8 kind,
        uint24 indexed account,
        address indexed owner,
        uint64 amount,
        uint256 keyX,
        uint256 keyY,
        bytes32 opHash
    );
    /// @param batchNumber The one in the batch's header.
    /// @param l1OpIndex How many L1 ops are processed after this batch.
    event BatchAccepted(
        uint64 indexed batchNumber,
        uint16 indexed shapeId,
        uint256 stateRoot,
        uint40 time,
        uint256 riskTableHash,
        uint256 logChainHash,
        uint64 l1OpIndex
    );
    event ReportAccepted(uint40 indexed time, uint256 riskTableHash, bytes32 inputsHash, bytes32 digest);
    /// @notice A value beyond its bound was taken, because the larger quorum signed it.
    event PriceLeapt(uint8 indexed market, uint40 indexed expiry, uint256 value, uint256 anchor);
    event WithdrawalCredited(
        address indexed owner, uint24 indexed account, uint64 amount, uint64 indexed batchNumber, bool forced
    );
    event Claimed(address indexed owner, address indexed to, uint256 amount);
    event Frozen(uint64 l1OpIndex, uint40 queuedAt);
    event Paused(address indexed guardian, uint40 until);
    event Unpaused(address indexed by);
    event InstrumentListed(uint24 indexed id, InstrumentKind kind, uint40 expiry, uint40 strike);
    event InstrumentDelisted(uint24 indexed id);
    event OracleCommitteeSet(address[] oracles, uint8 quorum);
    event ShapeRegistered(uint16 indexed shapeId, address keyData);
    event ShapeRetired(uint16 indexed shapeId);
    event BoundsSet(Bounds bounds);
    event DepositLimitsSet(uint64 minDeposit, uint64 depositCap);

    // ------------------------------------------------------------------- errors

    error ZeroAddress();
    error TokenDecimalsNotSix(uint8 decimals);
    error NotAFieldElement(uint256 value);
    error ExchangeFrozen();
    error ExchangePaused(uint40 until);

    // L1 queue
    error MarketOutOfRange(uint8 market);
    error MarketFull(uint8 market);
    error KeyNotOnCurve(uint256 keyX, uint256 keyY);
    error KeyOfSmallOrder(uint256 keyX, uint256 keyY);
    error UnknownAccount(uint24 account);
    error NotAccountOwner(uint24 account, address caller);
    error AmountZero();
    error DepositBelowMinimum(uint256 received, uint256 minimum);
    error DepositCapExceeded(uint256 total, uint256 cap);
    error OpStillPending(uint24 account, uint8 kind);
    error OpNotOverdue(uint64 l1OpIndex, uint256 overdueAfter);
    error NoPendingOp(uint64 l1OpIndex);

    // submit
    error SenderNotPlainAccount(address sender, address origin);
    error NoBatches();
    error UnknownShape(uint16 shapeId);
    error WordsTooFew(uint64 batchNumber);
    error WordsDisagreeWithHeader(uint64 batchNumber, uint256 expected, uint256 actual);
    error HeaderOutOfRange(uint256 header);
    error WordOutOfRange(uint64 batchNumber, uint256 position, uint256 word);
    error BatchNumberNotNext(uint64 expected, uint64 actual);
    error BatchTimeBeforeLast(uint40 time, uint40 lastTime);
    error BatchTimeInFuture(uint40 time, uint256 blockTime);
    error BatchTooOld(uint40 time, uint256 oldestAccepted);
    error L1OpsBeyondQueue(uint256 end, uint64 queued);
    error L1OpsDisagreeWithQueue(uint64 end, bytes32 queued, bytes32 submitted);
    error PaidWithoutForcedWithdrawal(uint24 account, uint64 paid);
    error PaidMoreThanAsked(uint24 account, uint64 paid, uint64 asked);
    error WithdrawalsExceedDeposits(uint256 withdrawn, uint256 held);
    error ProofRefused(uint64 firstBatchNumber, uint256 batches);

    // oracle
    error ReportIndexOutOfRange(uint16 reportIndex, uint256 reports);
    error ReportsNotInOrder(uint16 reportIndex, uint256 nextReport);
    error ReportUnused(uint256 reportIndex);
    error ReportNotNewer(uint40 time, uint40 lastTime);
    error ReportAfterBatch(uint40 reportTime, uint40 batchTime);
    error ReportTooOld(uint40 reportTime, uint256 oldestAccepted);
    error PricesNotIncreasing(uint256 position);
    error PriceOutOfRange(uint256 word);
    /// Expiry 0: the spot.
    error PriceMissing(uint8 market, uint40 expiry);
    error PriceDeviates(uint8 market, uint40 expiry, uint256 value, uint256 anchor, uint256 reachPpm);
    error QuorumNotMet(uint256 signatures, uint256 quorum);
    error NotAnOracle(address signer);
    error SignersNotIncreasing(address signer, address previous);
    error SignatureInvalid(uint256 position);

    // proofs
    error PrecompileFailed(uint256 precompile);
    error PublicInputCountWrong(uint256 actual, uint256 expected);

    // claims
    error NothingToClaim(address owner);
    error TokenDebitDiffers(uint256 expected, uint256 actual);

    // governance
    error BoundsInvalid();
    error DepositLimitsInvalid(uint64 minDeposit, uint64 depositCap);
    error CommitteeInvalid(uint256 size, uint8 quorum);
    error OracleInvalid(address oracle);
    error ShapeExists(uint16 shapeId);
    error VerifyingKeyInvalid();
    error KeyDataFailed();
    error PauseNotAllowedBefore(uint256 time);
    error PauseDurationInvalid(uint32 durationSec, uint32 maxPauseSec);
    error InstrumentOutOfOrder(uint24 id, uint24 expected);
    error InstrumentInvalid(uint24 id);
    error InstrumentNotListed(uint24 id);
    error ExpiriesFull(uint8 market);

    // ------------------------------------------------------------------ L1 queue

    /// @notice Opens an account of the caller's in a market and pays into it.
    /// @param market 0..15.
    /// @param keyX A Baby Jubjub point (circomlib's), not of small order: the trading key.
    /// @param amount Pulled from the caller; what arrives is credited.
    /// @return account 20-bit serial (from 1) @0, market @20.
    function openAccount(uint8 market, uint256 keyX, uint256 keyY, uint64 amount) external returns (uint24 account);

    /// @notice Pays into any open account.
    function deposit(uint24 account, uint64 amount) external;

    /// @notice Replaces the trading key of an account of the caller's. One may be pending per account.
    function changeKey(uint24 account, uint256 keyX, uint256 keyY) external;

    /// @notice Asks for money that the sequencer cannot refuse. One may be pending per account.
    function forceWithdraw(uint24 account, uint64 amount) external;

    // ---------------------------------------------------------------- settlement

    /// @notice Accepts proven batches, all of one shape, and credits their withdrawals.
    /// @dev Only a plain account with SEQUENCER_ROLE, so that the words are in a transaction's own input.
    function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports) external;

    // -------------------------------------------------------------- claims, freeze

    /// @notice Pays out all that is credited to the caller; goes on when paused or frozen.
    function claim(address to) external returns (uint256 amount);

    /// @notice Stops the rollup for good: anyone may, when the oldest L1 op waits longer than the deadline.
    function freeze() external;

    // ----------------------------------------------------------------- governance

    function pause(uint32 durationSec) external;
    function unpause() external;
    function listInstruments(Instrument[] calldata instruments) external;
    function delistInstruments(uint24[] calldata ids) external;
    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external;
    function registerShape(uint16 shapeId, VerifyingKey calldata key) external;
    function retireShape(uint16 shapeId) external;
    function setBounds(Bounds calldata bounds) external;
    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external;

    // ---------------------------------------------------------------------- views

    function SEQUENCER_ROLE() external view returns (bytes32);
    function GUARDIAN_ROLE() external view returns (bytes32);
    function LISTER_ROLE() external view returns (bytes32);
    function token() external view returns (address);
    /// @return uint256(keccak256(abi.encode("straddle.domain.v1", chainId, exchange))) >> 8.
    function domain() external view returns (uint256);
    function stateRoot() external view returns (uint256);
    /// @return How many batches are accepted, and so the number of the next one: the first batch is number 0.
    function batchNumber() external view returns (uint64);
    function lastTime() external view returns (uint40);
    /// @return How many L1 ops accepted batches have processed.
    function l1OpIndex() external view returns (uint64);
    /// @return How many L1 ops were ever queued.
    function l1OpCount() external view returns (uint64);
    /// @return chainHash The queue's chain hash after `count` ops (0 for none).
    /// @return queuedAt When the last of them was queued.
    function l1OpChain(uint64 count) external view returns (bytes32 chainHash, uint40 queuedAt);
    function accountOwner(uint24 account) external view returns (address);
    function claimable(address owner) external view returns (uint256);
    function frozen() external view returns (bool);
    function pausedUntil() external view returns (uint40);
    function lastReport() external view returns (bytes32 digest, uint40 time);
    /// @notice What a spot (expiry 0), or an expiry's forward and volatility, are measured from.
    /// @return From bit 0: the market's next expiry in order (40 bits, 0: none), price (40, 0: none yet), volatility (32),
    /// time of the report that set them (40), since when the expiry has instruments listed (40), how many (16).
    function priceAnchor(uint8 market, uint40 expiry) external view returns (uint256);
    /// @return Bit m: market m has ever had a listing.
    function pricedMarkets() external view returns (uint16);
    /// @return EIP-712 digest that oracles sign for a report.
    function reportDigest(uint40 time, uint256 riskTableHash, bytes32 inputsHash, uint128[] calldata prices)
        external
        view
        returns (bytes32);
    /// @dev quorum + ceil((oracles - quorum) / 2) signatures let a price leap; none do if the quorum is all of them.
    function oracleCommittee() external view returns (address[] memory oracles, uint8 quorum);
    function bounds() external view returns (Bounds memory);
    function depositLimits() external view returns (uint64 minDeposit, uint64 depositCap);
    /// @return Where the shape's verifying key is kept as code; zero if unknown or retired.
    function shapeKeyData(uint16 shapeId) external view returns (address);
    function instrument(uint24 id) external view returns (Instrument memory listed, bool delisted);
    /// @return held The exchange's token balance.
    /// @return owedToClaims Credited, not yet claimed.
    /// @return owedToAccounts Deposited, not yet credited. `held` is never below the sum of the two.
    function conservation() external view returns (uint256 held, uint256 owedToClaims, uint256 owedToAccounts);
}
