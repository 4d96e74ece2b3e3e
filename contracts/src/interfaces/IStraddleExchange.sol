// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

/// @title The Straddle rollup's contract on L1 (docs/PROTOCOL.md, sections 6 and 7)
/// @notice Units: amounts are cash units (1e-6 USDC), times are seconds since the epoch, prices are 1e-4 USDC.
/// @dev "Field" is BN254's scalar field, of order p. All packings are little-endian in bits, "@k" is a bit offset.
interface IStraddleExchange {
    // ------------------------------------------------------------------ structs

    /// @dev Bounds that governance may move (libraries/Limits.sol says how far). One slot.
    struct Bounds {
        /// How much older than the block, or than its seal, a batch may be; the time of a pause does not count.
        uint32 provingLagSec;
        /// How long an L1 op queued from now on may wait before anyone may freeze the rollup.
        uint32 forcedDeadlineSec;
        /// How much older than its batch a report may be.
        uint32 maxReportAgeSec;
        /// A price may be 1 + base + perSec * (seconds since its anchor was set) times its anchor, or its anchor that
        /// many times the price, in millionths; base + perSec * seconds counts up to the ceiling.
        uint32 deviationBasePpm;
        uint32 deviationPpmPerSec;
        /// Longest pause.
        uint32 maxPauseSec;
        /// Above the base, below one million.
        uint32 deviationCeilingPpm;
        /// What a forced withdrawal pledges and a key change pays, in 1e-9 ether.
        uint32 forcedBondGwei;
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
        /// A StraddleGovernance made for this exchange.
        address governance;
        /// May submit. More than one, so that a lost key does not end in a freeze.
        address[] sequencers;
        address[] oracles;
        uint8 quorum;
        Bounds bounds;
        /// Least amount of a deposit, at least 1 USDC.
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
        /// Chain hash of the last log entry that the batch covers. Its sequencer's word: the proof does not bind it.
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
    /// @notice A batch's withdrawals exceeded what accounts held by that much: claims are paid while money is there.
    event ShortfallGrew(uint256 by, uint256 shortfall);
    /// @notice The account's pledge went to the fees: its forced withdrawal was paid less than the least deposit.
    event BondForfeited(uint24 indexed account, uint256 amountWei);
    event BondReturned(uint24 indexed account, address indexed to, uint256 amountWei);
    event FeesCollected(address indexed sequencer, address indexed to, uint256 amountWei);
    /// @notice Roots of batches that wait for their proofs, the first of them after batch `first`.
    event BatchesSealed(uint64 indexed first, address indexed sequencer, uint256[] stateRoots);
    /// @notice What one lot pays, for ever (1e-4 USDC per 1.00 contract).
    event PayoffPinned(uint24 indexed id, uint40 payoff);
    event Frozen(uint64 l1OpIndex, uint40 queuedAt);
    /// @notice Now, until then. A second event of a later block ends the pause earlier.
    event Paused(uint40 until);
    event InstrumentListed(uint24 indexed id, InstrumentKind kind, uint40 expiry, uint40 strike);
    event InstrumentDelisted(uint24 indexed id);
    /// @notice For reports with times from an hour on (libraries/Notice.sol); the first committee's, for all.
    event OracleCommitteeSet(address[] oracles, uint8 quorum);
    /// @param verifier Its code ends with the verifying key (libraries/KeyData.sol).
    event ShapeRegistered(uint16 indexed shapeId, address verifier);
    /// @notice The shape takes batches with times before this block's only.
    event ShapeRetired(uint16 indexed shapeId);
    event SequencerSet(address indexed sequencer, bool allowed);
    /// @notice As above; forced deadline, bond and longest pause at once.
    event BoundsSet(Bounds bounds);
    event DepositLimitsSet(uint64 minDeposit, uint64 depositCap);

    // ------------------------------------------------------------------- errors

    error ZeroAddress();
    error TokenDecimalsNotSix(uint8 decimals);
    error NotAFieldElement(uint256 value);
    error ExchangeFrozen();
    error ExchangePaused(uint40 until);
    error NotGovernance(address caller);
    error AdminNotGrantable(address account);
    error GovernanceForeign(address governance);
    /// @dev Changes could have been scheduled in it before there was an exchange to watch.
    error GovernanceTooOld(address governance);

    // L1 queue
    error MarketOutOfRange(uint8 market);
    error MarketNotOpen(uint8 market);
    error MarketFull(uint8 market);
    error KeyNotOnCurve(uint256 keyX, uint256 keyY);
    error KeyOfSmallOrder(uint256 keyX, uint256 keyY);
    error UnknownAccount(uint24 account);
    error NotAccountOwner(uint24 account, address caller);
    error AmountZero();
    error DepositBelowMinimum(uint256 received, uint256 minimum);
    error DepositCapExceeded(uint256 total, uint256 cap);
    error DepositShareExceeded(address owner, uint256 amount, uint256 left);
    error OwnerDiffers(uint24 account, address owner);
    error KeyUsedBefore(uint24 account, uint256 keyX, uint256 keyY);
    error BondDiffers(uint256 paid, uint256 expected);
    error NothingToReturn(uint24 account);
    error EtherNotTaken(address to);
    error OpStillPending(uint24 account, uint8 kind);
    error OpNotOverdue(uint64 l1OpIndex, uint256 overdueAfter);
    error NoPendingOp(uint64 l1OpIndex);

    // submit
    error NotASequencer(address caller);
    error CalldataNotCanonical();
    error SealedBefore(uint64 first, uint64 sealedThrough);
    error InstrumentNotExpired(uint24 id, uint40 expiry, uint40 batchTime);
    error PayoffDiffers(uint24 id, uint40 pinned, uint40 payoff);
    error SenderNotPlainAccount(address sender, address origin);
    error NoBatches();
    error UnknownShape(uint16 shapeId);
    error ShapeIsRetired(uint16 shapeId, uint40 retiredAt);
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
    error NoMoneyForClaims(uint256 owed);
    error TokenDebitDiffers(uint256 expected, uint256 actual);

    // governance
    error BoundsInvalid();
    error DepositLimitsInvalid(uint64 minDeposit, uint64 depositCap);
    error CommitteeInvalid(uint256 size, uint8 quorum);
    error OracleInvalid(address oracle);
    error ShapeExists(uint16 shapeId);
    /// @param what Which of the key's points: see libraries/KeyData.sol.
    error VerifyingKeyInvalid(string what);
    error VerifierNotMade();
    error PauseNotAllowedBefore(uint256 time);
    error PauseDurationInvalid(uint32 durationSec, uint32 maxPauseSec);
    error InstrumentOutOfOrder(uint24 id, uint24 expected);
    error InstrumentInvalid(uint24 id);
    error InstrumentNotListed(uint24 id);
    error SeriesListedBefore(uint24 id, uint24 earlier);
    error ChangeTooSoon(uint256 allowedFrom);
    error CallNotOwn(address target);
    error ExpiriesFull(uint8 market);

    // ------------------------------------------------------------------ L1 queue

    /// @notice Opens an account of the caller's in a market and pays into it.
    /// @param market 0..15.
    /// @param keyX A Baby Jubjub point (circomlib's), not of small order: the trading key.
    /// @param amount Pulled from the caller; what arrives is credited.
    /// @dev Another's transaction may come first and get the id that was expected: take the one that is returned.
    /// @return account 20-bit serial (from 1) @0, market @20.
    function openAccount(uint8 market, uint256 keyX, uint256 keyY, uint64 amount) external returns (uint24 account);

    /// @notice Pays into any open account.
    /// @param owner Whom the account must belong to.
    function deposit(uint24 account, address owner, uint64 amount) external;

    /// @notice Replaces the trading key of an account of the caller's, for a fee. One may be pending per account.
    /// @dev A key that the account ever had is refused: messages under it would live again.
    function changeKey(uint24 account, uint256 keyX, uint256 keyY) external payable;

    /// @notice Asks for money that the sequencer cannot refuse. One may be pending per account.
    /// @dev The account's bond must stand after the call: send `bounds().forcedBondGwei` less what `bondOf` has. It is
    /// lost if less than the least deposit is paid, and stands on or can be taken back otherwise.
    function forceWithdraw(uint24 account, uint64 amount) external payable;

    /// @notice Takes the bond of an account of the caller's back, while no forced withdrawal is pending.
    function takeBackBond(uint24 account, address to) external;

    /// @notice Pays a sequencer the fees of key changes and the bonds that were lost: each op costs it a row.
    function collectFees(address to) external;

    // ---------------------------------------------------------------- settlement

    /// @notice Accepts proven batches, all of one shape, and credits their withdrawals.
    /// @dev Only a plain account with SEQUENCER_ROLE, so that the words are in a transaction's own input.
    /// The calldata must be what an ABI encoder makes, to the offset: what nobody can read must not be accepted.
    function submit(uint16 shapeId, Batch[] calldata batches, OracleReport[] calldata reports) external;

    /// @notice Puts on record that batches are sealed, for proofs that come later than the proving lag: a batch may be as
    /// much older than its seal as otherwise than its block. Each sequencer seals each number once.
    /// @param stateRoots After batches `first`, `first + 1`, ...
    function sealBatches(uint64 first, uint256[] calldata stateRoots) external;

    // -------------------------------------------------------------- claims, freeze

    /// @notice Pays out what is credited to the caller, as far as there is money; goes on when paused or frozen.
    function claim(address to) external returns (uint256 amount);

    /// @notice Stops the rollup for good: anyone may, when the oldest L1 op waits longer than the deadline.
    function freeze() external;

    // ----------------------------------------------------------------- governance
    // Called by `governance` alone, which checks and delays (IStraddleGovernance).

    function setPause(uint40 until) external;
    function listInstruments(Instrument[] calldata instruments) external;
    function delistInstruments(uint24[] calldata ids) external;
    function setOracleCommittee(address[] calldata oracles, uint8 quorum) external;
    function registerShape(uint16 shapeId, address verifier) external;
    function retireShape(uint16 shapeId) external;
    function setBounds(Bounds calldata bounds) external;
    function setDepositLimits(uint64 minDeposit, uint64 depositCap) external;
    function setSequencer(address sequencer, bool allowed) external;

    // ---------------------------------------------------------------------- views

    function governance() external view returns (address);
    function isSequencer(address) external view returns (bool);
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
    /// @return dueAt After which anyone may freeze, if it is the oldest that is unprocessed.
    function l1OpChain(uint64 count) external view returns (bytes32 chainHash, uint40 queuedAt, uint40 dueAt);
    function accountOwner(uint24 account) external view returns (address);
    function claimable(address owner) external view returns (uint256);
    /// @return amountWei What stands as the account's bond, pledged or not.
    function bondOf(uint24 account) external view returns (uint256 amountWei);
    /// @return amountWei What sequencers may collect.
    function fees() external view returns (uint256 amountWei);
    /// @return left What an owner's accounts may still take in now, beside the cap on all (L1Queue.sol).
    function depositShareLeft(address owner) external view returns (uint256 left);
    /// @return When a root was sealed as that batch's, 0 for never.
    function sealedAt(uint64 batchNumber, uint256 stateRoot) external view returns (uint40);
    /// @return The first number that this sequencer has not sealed yet.
    function sealedThrough(address sequencer) external view returns (uint64);
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
    /// @notice The committee that was named last.
    /// @dev quorum + ceil((oracles - quorum) / 2) signatures let a price leap; none do if the quorum is all of them.
    function oracleCommittee() external view returns (address[] memory oracles, uint8 quorum);
    /// @notice The committee that signs reports with times before `committeeSince`; empty if there was none.
    function oracleCommitteeBefore() external view returns (address[] memory oracles, uint8 quorum);
    /// @return since From which report time on the committee that was named last signs, an hour after it was named; 0 for
    /// the first one.
    function committeeSince() external view returns (uint40 since);
    /// @notice The bounds that were set last.
    function bounds() external view returns (Bounds memory);
    /// @return earlier The bounds of reports with times before `since`, and of the batches that use them.
    /// @return since An hour after the bounds were set last; 0 for the first ones.
    function boundsBefore() external view returns (Bounds memory earlier, uint40 since);
    function depositLimits() external view returns (uint64 minDeposit, uint64 depositCap);
    /// @return The shape's verifier, whose code ends with the verifying key; zero if unknown.
    function shapeVerifier(uint16 shapeId) external view returns (address);
    /// @return From which batch time on the shape takes none; 0 if it is not retired.
    function shapeRetiredAt(uint16 shapeId) external view returns (uint40);
    function instrument(uint24 id) external view returns (Instrument memory listed, bool delisted);
    /// @return pinned Whether a batch has settled the instrument.
    /// @return payoff Of one lot then, for ever.
    function payoffOf(uint24 id) external view returns (bool pinned, uint40 payoff);
    /// @return held The exchange's token balance.
    /// @return owedToClaims Credited, not yet claimed.
    /// @return owedToAccounts Deposited, not yet credited.
    /// @return shortfall Credited beyond what accounts held, from bad debt: `held + shortfall` is never below the sum of
    /// the two before.
    function conservation()
        external
        view
        returns (uint256 held, uint256 owedToClaims, uint256 owedToAccounts, uint256 shortfall);
}
