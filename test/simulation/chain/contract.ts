import {
  type Address,
  decodeFunctionData,
  encodeErrorResult,
  encodeFunctionData,
  encodeFunctionResult,
  getAddress,
  type Hex,
  parseAbi,
} from 'viem';
import { straddleExchangeAbi } from '../../../contracts/abi/straddleExchange.ts';
import type { SubmittedBatch, SubmittedReport } from '../../../node/l1/submitCall.ts';
import { expiryOfKey, priceKey } from '../../../node/oracle/priceBound.ts';
import * as governance from './contractGovernance.ts';
import type { EmittedLog } from './contractLog.ts';
import * as queue from './contractQueue.ts';
import {
  type Committee,
  type ContractBounds,
  type ContractConfig,
  type ContractState,
  copyState,
  Revert,
} from './contractState.ts';
import * as settlement from './contractSubmit.ts';

/** What users, governance and the sequencer call. */
export type Call =
  | { readonly name: 'openAccount'; readonly args: readonly [number, bigint, bigint, bigint] }
  | { readonly name: 'deposit'; readonly args: readonly [number, Address, bigint] }
  | { readonly name: 'changeKey'; readonly args: readonly [number, bigint, bigint] }
  | { readonly name: 'forceWithdraw'; readonly args: readonly [number, bigint] }
  | { readonly name: 'claim'; readonly args: readonly [Address] }
  | { readonly name: 'listInstruments'; readonly args: readonly [readonly governance.ListedInstrument[]] }
  | { readonly name: 'delistInstruments'; readonly args: readonly [readonly number[]] }
  | { readonly name: 'setPause'; readonly args: readonly [number] }
  | { readonly name: 'setOracleCommittee'; readonly args: readonly [readonly Address[], number] }
  | { readonly name: 'submit'; readonly args: readonly [number, readonly SubmittedBatch[], readonly SubmittedReport[]] }
  | { readonly name: 'sealBatches'; readonly args: readonly [bigint, readonly bigint[]] };

export const encodeCall = ({ args, name }: Call): Hex =>
  encodeFunctionData({ abi: straddleExchangeAbi, functionName: name, args } as never);

const decodeCall = (data: Hex): Call => {
  const { args, functionName } = decodeFunctionData({ abi: straddleExchangeAbi, data });
  return { name: functionName, args } as unknown as Call;
};

const perform = (state: ContractState, context: queue.CallContext, call: Call): EmittedLog[] => {
  switch (call.name) {
    case 'openAccount':
      return queue.openAccount(state, context, ...call.args);
    case 'deposit':
      return queue.deposit(state, context, ...call.args);
    case 'changeKey':
      return queue.changeKey(state, context, ...call.args);
    case 'forceWithdraw':
      return queue.forceWithdraw(state, context, ...call.args);
    case 'claim':
      return queue.claim(state, context, ...call.args);
    case 'listInstruments':
      return governance.listInstruments(state, context, ...call.args);
    case 'delistInstruments':
      return governance.delistInstruments(state, context, ...call.args);
    case 'setPause':
      return governance.setPause(state, context, ...call.args);
    case 'setOracleCommittee':
      return governance.setOracleCommittee(state, context, ...call.args);
    case 'submit':
      return settlement.submit(state, context, ...call.args);
    case 'sealBatches':
      return settlement.sealBatches(state, context, Number(call.args[0]), call.args[1]);
  }
};

export interface Executed {
  readonly state: ContractState;
  readonly logs: readonly EmittedLog[];
}

/** The state after a call; the one given stays as it was. @throws Revert */
export function execute(state: ContractState, context: queue.CallContext, data: Hex): Executed {
  const after = copyState(state);
  const logs = perform(after, context, decodeCall(data));
  return { state: after, logs };
}

export function encodeRevert({ args, errorName }: Revert): Hex {
  return encodeErrorResult({ abi: straddleExchangeAbi, errorName, args } as never);
}

const DOMAIN_ABI = parseAbi([
  'function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)',
]);
const TOKEN_ABI = parseAbi(['function balanceOf(address account) view returns (uint256)']);
const VIEW_ABI = [...straddleExchangeAbi, ...DOMAIN_ABI, ...TOKEN_ABI];
const KIND_NUMBER = { call: 1, put: 2, future: 3 } as const;

/** The word of IStraddleExchange.priceAnchor. */
const anchorWord = (state: ContractState, market: number, expirySec: number): bigint => {
  const key = priceKey(market, expirySec);
  const end = priceKey(market + 1, 0);
  const next = Math.min(...[...state.book.keys()].filter((one) => one > key && one < end), Number.POSITIVE_INFINITY);
  const nextExpiry = next === Number.POSITIVE_INFINITY ? 0 : expiryOfKey(next);
  const anchor = state.book.get(key);
  if (anchor === undefined) return BigInt(nextExpiry);
  return (
    BigInt(nextExpiry) |
    (anchor.price << 40n) |
    (anchor.volatilityPpm << 80n) |
    (BigInt(anchor.timeSec) << 112n) |
    (BigInt(anchor.listedAtSec) << 152n) |
    (BigInt(anchor.listed) << 192n)
  );
};

const boundsView = (bounds: ContractBounds) => ({
  provingLagSec: bounds.provingLagSec,
  forcedDeadlineSec: bounds.forcedDeadlineSec,
  maxReportAgeSec: bounds.maxReportAgeSec,
  deviationBasePpm: Number(bounds.price.basePpm),
  deviationPpmPerSec: Number(bounds.price.ppmPerSec),
  maxPauseSec: bounds.maxPauseSec,
  deviationCeilingPpm: Number(bounds.price.ceilingPpm),
  forcedBondGwei: 0,
});

const committeeView = ({ oracles, quorum }: Committee): unknown => [oracles, quorum];

const instrumentView = (state: ContractState, id: number): unknown => {
  const listing = state.listings.get(id);
  if (listing === undefined) throw new Revert('InstrumentNotListed', id);
  const { expirySec, kind, strike } = listing.instrument;
  return [{ id, kind: KIND_NUMBER[kind], expiry: expirySec, strike: Number(strike) }, listing.delisted];
};

const answerTo = (config: ContractConfig, state: ContractState, name: string, args: readonly unknown[]): unknown => {
  switch (name) {
    case 'stateRoot':
      return state.stateRoot;
    case 'batchNumber':
      return BigInt(state.batchNumber);
    case 'lastTime':
      return state.lastTime;
    case 'l1OpIndex':
      return BigInt(state.l1OpIndex);
    case 'l1OpCount':
      return BigInt(state.links.length - 1);
    case 'bounds':
      return boundsView(state.bounds.latest);
    case 'boundsBefore':
      return [boundsView(state.bounds.before), state.bounds.sinceSec];
    case 'lastReport':
      return [state.lastReportDigest, state.lastReportTime];
    case 'oracleCommittee':
      return committeeView(state.committee.latest);
    case 'oracleCommitteeBefore':
      return committeeView(state.committee.before);
    case 'committeeSince':
      return state.committee.sinceSec;
    case 'priceAnchor':
      return anchorWord(state, Number(args[0]), Number(args[1]));
    case 'instrument':
      return instrumentView(state, Number(args[0]));
    case 'sealedThrough':
      return BigInt(state.sealedThrough.get(getAddress(String(args[0]))) ?? 0);
    case 'conservation':
      return [state.held, state.owedToClaims, state.owedToAccounts, state.shortfall];
    case 'token':
      return config.token;
    case 'balanceOf':
      return state.held;
    case 'eip712Domain':
      return ['0x0f', 'Straddle', '1', BigInt(config.chainId), config.address, `0x${'0'.repeat(64)}`, []];
    default:
      throw new Error(`the simulated exchange has no view ${name}: add it to test/simulation/chain/contract.ts`);
  }
};

/** What a view returns. @throws Revert */
export function view(config: ContractConfig, state: ContractState, data: Hex): Hex {
  const { args = [], functionName } = decodeFunctionData({ abi: VIEW_ABI, data });
  const result = answerTo(config, state, functionName, args as readonly unknown[]);
  return encodeFunctionResult({ abi: VIEW_ABI, functionName, result } as never);
}
