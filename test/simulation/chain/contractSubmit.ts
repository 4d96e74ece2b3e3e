import { type Address, concat, encodeAbiParameters, encodePacked, type Hex, keccak256, numberToHex } from 'viem';
import { dataPoint, dataValue } from '../../../node/core/codec/words.ts';
import { FIELD_PRIME } from '../../../node/core/crypto/hasher.ts';
import type { SubmittedBatch, SubmittedReport } from '../../../node/l1/submitCall.ts';
import { inForceAt } from '../../../node/oracle/inForce.ts';
import { expiryOfKey, leapQuorum, marketOfKey, takeReport } from '../../../node/oracle/priceBound.ts';
import { unpackShownPrice } from '../../../node/oracle/shownPrices.ts';
import { type EmittedLog, emitted } from './contractLog.ts';
import { type CallContext, processOps, processWithdrawals } from './contractQueue.ts';
import {
  type ContractConfig,
  type ContractState,
  type Listing,
  Revert,
  requireThat,
  type Seal,
} from './contractState.ts';

/** contracts/src/Settlement.sol and OracleCommittee.sol: what the contract judges of a submitted call. */

const WORD_LIMIT = 1n << 248n;

const REPORT_TYPE = keccak256(
  encodePacked(['string'], ['OracleReport(uint40 time,uint256 riskTableHash,bytes32 inputsHash,uint128[] prices)']),
);
const DOMAIN_TYPE = keccak256(
  encodePacked(['string'], ['EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)']),
);
const hashOf = (text: string): Hex => keccak256(encodePacked(['string'], [text]));

const domainSeparator = ({ address, chainId }: ContractConfig): Hex =>
  keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes32' }, { type: 'uint256' }, { type: 'address' }],
      [DOMAIN_TYPE, hashOf('Straddle'), hashOf('1'), BigInt(chainId), address],
    ),
  );

export const reportDigest = (config: ContractConfig, report: Omit<SubmittedReport, 'signatures'>): Hex => {
  const pricesHash = keccak256(concat(report.prices.map((word) => numberToHex(word, { size: 32 }))));
  const content = keccak256(
    encodeAbiParameters(
      [{ type: 'bytes32' }, { type: 'uint40' }, { type: 'uint256' }, { type: 'bytes32' }, { type: 'bytes32' }],
      [REPORT_TYPE, report.time, report.riskTableHash, keccak256(report.inputs), pricesHash],
    ),
  );
  return keccak256(concat(['0x1901', domainSeparator(config), content]));
};

const requireElement = (value: bigint): void => requireThat(value < FIELD_PRIME, 'NotAFieldElement', value);

/** Of the committee of the report's time. @returns whether so many signed that a price may leap */
const requireQuorum = (
  state: ContractState,
  config: ContractConfig,
  digest: Hex,
  { signatures, time }: SubmittedReport,
): boolean => {
  const committee = inForceAt(state.committee, time);
  let previous: Address | null = null;
  for (const [position, signature] of signatures.entries()) {
    const signer = config.signerOf(digest, signature);
    if (signer === null) throw new Revert('SignatureInvalid', BigInt(position));
    requireThat(
      previous === null || BigInt(signer) > BigInt(previous),
      'SignersNotIncreasing',
      signer,
      previous ?? signer,
    );
    requireThat(committee.oracles.includes(signer), 'NotAnOracle', signer);
    previous = signer;
  }
  const { oracles, quorum } = committee;
  requireThat(signatures.length >= quorum, 'QuorumNotMet', BigInt(signatures.length), BigInt(quorum));
  return signatures.length >= leapQuorum(oracles.length, quorum);
};

const acceptReport = (state: ContractState, config: ContractConfig, report: SubmittedReport): EmittedLog[] => {
  const digest = reportDigest(config, report);
  if (digest === state.lastReportDigest) return [];
  requireThat(report.time > state.lastReportTime, 'ReportNotNewer', report.time, state.lastReportTime);
  requireElement(report.riskTableHash);
  const mayLeap = requireQuorum(state, config, digest, report);
  const { price } = inForceAt(state.bounds, report.time);
  const verdict = takeReport(state.book, price, { timeSec: report.time, prices: report.prices }, mayLeap);
  if (!verdict.accepted) {
    const { refusal } = verdict;
    if (refusal.reason === 'malformed') throw new Revert('PricesNotIncreasing', BigInt(refusal.position));
    if (refusal.reason === 'missing') throw new Revert('PriceMissing', refusal.market, refusal.expirySec);
    throw new Revert('PriceDeviates', refusal.market, refusal.expirySec, refusal.value, refusal.anchor, 0n);
  }
  const shown = new Set(report.prices.map((word) => unpackShownPrice(word).market));
  // The expiries that have come leave a market's list when its spot is shown.
  const isPast = (key: number): boolean =>
    expiryOfKey(key) !== 0 && expiryOfKey(key) <= report.time && shown.has(marketOfKey(key));
  state.book = new Map([...verdict.book].filter(([key]) => !isPast(key)));
  state.lastReportDigest = digest;
  state.lastReportTime = report.time;
  const { inputs, riskTableHash, time } = report;
  return [emitted('ReportAccepted', { time, riskTableHash, inputsHash: keccak256(inputs), digest })];
};

interface Header {
  readonly l1Ops: number;
  readonly withdrawals: number;
  readonly trades: number;
  readonly settlements: number;
}

const readHeader = (words: readonly bigint[], expected: number): Header => {
  const [word] = words;
  if (word === undefined) throw new Revert('WordsTooFew', BigInt(expected));
  requireThat(word >> 128n === 0n, 'HeaderOutOfRange', word);
  const at = (offset: bigint): number => Number((word >> offset) & 0xffffn);
  const number = word & 0xffff_ffff_ffff_ffffn;
  requireThat(number === BigInt(expected), 'BatchNumberNotNext', BigInt(expected), number);
  const header = { l1Ops: at(64n), withdrawals: at(80n), trades: at(96n), settlements: at(112n) };
  const count = 1 + 4 * header.l1Ops + header.withdrawals + 2 * header.trades + header.settlements;
  requireThat(words.length === count, 'WordsDisagreeWithHeader', number, BigInt(count), BigInt(words.length));
  const isKeyWord = (position: number): boolean =>
    position > 0 && position <= 4 * header.l1Ops && (position - 1) % 4 > 1;
  for (const [position, value] of words.entries()) {
    requireThat(value < WORD_LIMIT || isKeyWord(position), 'WordOutOfRange', number, BigInt(position), value);
  }
  return header;
};

const processSettlements = (state: ContractState, words: readonly bigint[], time: number): EmittedLog[] => {
  const logs: EmittedLog[] = [];
  for (const word of words) {
    const id = Number((word >> 24n) & 0xfffffn);
    const payoff = (word >> 76n) & ((1n << 40n) - 1n);
    const listing: Listing | undefined = state.listings.get(id);
    if (listing === undefined) throw new Revert('InstrumentNotListed', id);
    if (listing.payoff !== null) {
      requireThat(listing.payoff === payoff, 'PayoffDiffers', id, listing.payoff, payoff);
      continue;
    }
    requireThat(listing.instrument.expirySec <= time, 'InstrumentNotExpired', id, listing.instrument.expirySec, time);
    state.listings.set(id, { ...listing, payoff });
    logs.push(emitted('PayoffPinned', { id, payoff: Number(payoff) }));
  }
  return logs;
};

export const sealId = (batchNumber: number, root: bigint): string => `${batchNumber}/${root}`;

const sealNow = (state: ContractState, blockSec: number): Seal => ({
  sealedAt: blockSec,
  pausedFrom: state.pausedFrom,
  pausedUntil: Math.min(state.pausedUntil, blockSec),
});

/** A batch goes by the bounds of its report's time. */
const requireTime = (
  state: ContractState,
  { blockSec }: CallContext,
  { stateRootAfter, time }: SubmittedBatch,
  reportSec: number,
): void => {
  const lag = inForceAt(state.bounds, reportSec).provingLagSec;
  requireThat(time >= state.lastTime, 'BatchTimeBeforeLast', time, state.lastTime);
  requireThat(time <= blockSec, 'BatchTimeInFuture', time, BigInt(blockSec));
  if (time + lag >= blockSec) return;
  const seal = state.seals.get(sealId(state.batchNumber, stateRootAfter)) ?? sealNow(state, blockSec);
  const from = Math.max(seal.pausedFrom, time);
  const oldest = seal.sealedAt - lag - Math.max(0, seal.pausedUntil - from);
  requireThat(time >= oldest, 'BatchTooOld', time, BigInt(oldest));
};

const acceptBatch = (
  state: ContractState,
  context: CallContext,
  shapeId: number,
  batch: SubmittedBatch,
  report: SubmittedReport,
): { readonly signals: readonly bigint[]; readonly credited: bigint; readonly logs: readonly EmittedLog[] } => {
  const { dataCommit, logChainHash, stateRootAfter, time, words } = batch;
  for (const value of [stateRootAfter, dataCommit, logChainHash]) requireElement(value);
  requireTime(state, context, batch, report.time);
  const header = readHeader(words, state.batchNumber);
  const ops = processOps(state, words, header.l1Ops);
  const start = 1 + 4 * header.l1Ops;
  const withdrawals = processWithdrawals(state, words.slice(start, start + header.withdrawals));
  const settled = processSettlements(state, words.slice(words.length - header.settlements), time);
  const point = dataPoint(dataCommit, words);
  const value = dataValue(point, words);
  const signals = [state.stateRoot, stateRootAfter, BigInt(time), report.riskTableHash, dataCommit, point, value];
  state.batchNumber += 1;
  state.l1OpIndex += header.l1Ops;
  state.stateRoot = stateRootAfter;
  state.lastTime = time;
  const accepted = emitted('BatchAccepted', {
    batchNumber: BigInt(state.batchNumber - 1),
    shapeId,
    stateRoot: stateRootAfter,
    time,
    riskTableHash: report.riskTableHash,
    logChainHash,
    l1OpIndex: BigInt(state.l1OpIndex),
  });
  const logs = [...ops.logs, ...withdrawals.logs, ...settled, accepted];
  return { signals, credited: ops.credited + withdrawals.credited, logs };
};

const useReport = (
  state: ContractState,
  { config }: CallContext,
  batch: SubmittedBatch,
  reports: readonly SubmittedReport[],
  accepted: number,
): { readonly report: SubmittedReport; readonly accepted: number; readonly logs: readonly EmittedLog[] } => {
  const index = batch.reportIndex;
  const report = reports[index];
  if (report === undefined) throw new Revert('ReportIndexOutOfRange', index, BigInt(reports.length));
  requireThat(index === accepted || index + 1 === accepted, 'ReportsNotInOrder', index, BigInt(accepted));
  const logs = index === accepted ? acceptReport(state, config, report) : [];
  requireThat(report.time <= batch.time, 'ReportAfterBatch', report.time, batch.time);
  const oldest = batch.time - inForceAt(state.bounds, report.time).maxReportAgeSec;
  requireThat(report.time >= oldest, 'ReportTooOld', report.time, oldest);
  return { report, accepted: Math.max(accepted, index + 1), logs };
};

export function submit(
  state: ContractState,
  context: CallContext,
  shapeId: number,
  batches: readonly SubmittedBatch[],
  reports: readonly SubmittedReport[],
): EmittedLog[] {
  const { blockSec, config, sender } = context;
  requireThat(config.sequencers.has(sender), 'NotASequencer', sender);
  requireThat(blockSec >= state.pausedUntil, 'ExchangePaused', state.pausedUntil);
  requireThat(batches.length > 0, 'NoBatches');
  requireThat(config.shapes.has(shapeId), 'UnknownShape', shapeId);
  const first = state.batchNumber;
  const logs: EmittedLog[] = [];
  let used = 0;
  let credited = 0n;
  let proofsHold = true;
  for (const batch of batches) {
    const { accepted, logs: reported, report } = useReport(state, context, batch, reports, used);
    used = accepted;
    const outcome = acceptBatch(state, context, shapeId, batch, report);
    proofsHold &&= config.verifies(outcome.signals, batch.proof);
    credited += outcome.credited;
    logs.push(...reported, ...outcome.logs);
  }
  requireThat(used === reports.length, 'ReportUnused', BigInt(used));
  requireThat(proofsHold, 'ProofRefused', BigInt(first), BigInt(batches.length));
  const held = state.owedToAccounts;
  state.owedToAccounts = credited > held ? 0n : held - credited;
  state.owedToClaims += credited;
  if (credited > held) {
    state.shortfall += credited - held;
    logs.push(emitted('ShortfallGrew', { by: credited - held, shortfall: state.shortfall }));
  }
  return logs;
}

export function sealBatches(
  state: ContractState,
  { blockSec, config, sender }: CallContext,
  first: number,
  roots: readonly bigint[],
): EmittedLog[] {
  requireThat(config.sequencers.has(sender), 'NotASequencer', sender);
  const through = state.sealedThrough.get(sender) ?? 0;
  requireThat(first >= through, 'SealedBefore', BigInt(first), BigInt(through));
  for (const [at, root] of roots.entries()) {
    const id = sealId(first + at, root);
    if (!state.seals.has(id)) state.seals.set(id, sealNow(state, blockSec));
  }
  state.sealedThrough.set(sender, first + roots.length);
  return [emitted('BatchesSealed', { first: BigInt(first), sequencer: sender, stateRoots: roots })];
}
