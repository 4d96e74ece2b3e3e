import {
  type Account,
  type Address,
  BaseError,
  type Chain,
  ContractFunctionRevertedError,
  encodeFunctionData,
  type Hex,
  keccak256,
  type PublicClient,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
  type Transport,
  type WalletClient,
} from 'viem';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { type ProvedBatch, type SettlementQueue, type SubmitCall, submitCall } from './provedBatch.ts';
import { SettlementError } from './SettlementError.ts';
import { type SealRecord, sealLate } from './sealLate.ts';

export interface SubmitterConfig {
  readonly client: PublicClient;
  readonly wallet: WalletClient<Transport, Chain, Account>;
  readonly exchange: Address;
  readonly queue: SettlementQueue;
  /** Where sealed batches are put on record while their proofs are late. */
  readonly seals: SealRecord;
  readonly maxBatchesPerCall: number;
  /** A transaction not mined after this long is replaced by one that pays a quarter more. */
  readonly replaceAfterMs: number;
  readonly receiptPollMs: number;
  /** Never offered more than this per gas. */
  readonly maxFeePerGasWei: bigint;
  readonly sleep: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly isStopping: () => boolean;
}

export interface Submitter {
  /** Looks at the contract and brings it one call further. True if a call was mined. */
  readonly step: () => Promise<boolean>;
}

interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** The contract's own errors that go away by waiting. */
const TRANSIENT_REVERTS = new Set(['BatchTimeInFuture', 'ExchangePaused']);

/** Brings proved batches to L1, in order. Resumes from what the contract says, so it keeps no state of its own. */
export const createSubmitter = (config: SubmitterConfig): Submitter => {
  const { client, queue, exchange } = config;
  const contract = { address: exchange, abi: straddleExchangeAbi } as const;

  /** @return how many batches L1 has accepted; this node's records are brought in line with it. */
  const followContract = async (): Promise<number> => {
    const blockNumber = await client.getBlockNumber({ cacheTime: 0 });
    const [number, root] = await Promise.all([
      client.readContract({ ...contract, functionName: 'batchNumber', blockNumber }),
      client.readContract({ ...contract, functionName: 'stateRoot', blockNumber }),
    ]);
    const accepted = Number(number);
    const own = await queue.stateRootAt(accepted);
    if (own !== root) throw differs(accepted, own, root);
    if (accepted < queue.acceptedCount()) await queue.rollBackTo(accepted);
    for (let next = queue.acceptedCount(); next < accepted; next++) {
      await queue.markAccepted(next, await findAcceptance(next));
    }
    return accepted;
  };

  const findAcceptance = async (batchNumber: number) => {
    const receipt = await minedOf(await queue.submittedBy(batchNumber));
    if (receipt === null) return null;
    const batchesInCall = receipt.logs.filter((log) => log.topics[0] === BATCH_ACCEPTED_TOPIC).length;
    const { transactionHash: txHash, blockNumber, gasUsed } = receipt;
    return { txHash, blockNumber, gasUsed, batchesInCall };
  };

  const minedOf = async (hashes: readonly Hex[]): Promise<TransactionReceipt | null> => {
    for (const hash of hashes) {
      try {
        return await client.getTransactionReceipt({ hash });
      } catch (error) {
        if (!(error instanceof TransactionReceiptNotFoundError)) throw error;
      }
    }
    return null;
  };

  const provedAfter = async (accepted: number): Promise<ProvedBatch[]> => {
    const batches: ProvedBatch[] = [];
    while (batches.length < config.maxBatchesPerCall) {
      const batch = await queue.proved(accepted + batches.length);
      if (batch === null || (batches[0] !== undefined && batch.shapeId !== batches[0].shapeId)) break;
      batches.push(batch);
    }
    return batches;
  };

  // With a transaction of an earlier run in the pool, L1's pending state already has these batches.
  const estimateGas = async (call: SubmitCall, stuck: boolean): Promise<bigint> => {
    try {
      const gas = await client.estimateContractGas({
        ...contract,
        functionName: 'submit',
        args: call.args,
        account: config.wallet.account,
        ...(stuck ? { blockTag: 'latest' } : {}),
      });
      // Storage that is warm or clean in the estimate may be neither when mined.
      return (gas * 3n) / 2n + 50_000n;
    } catch (error) {
      throw refusal(call, error);
    }
  };

  const firstFees = async (stuck: boolean): Promise<Fees> => {
    const fees = await client.estimateFeesPerGas();
    const generous = { maxFeePerGas: fees.maxFeePerGas * 2n, maxPriorityFeePerGas: fees.maxPriorityFeePerGas };
    return stuck ? raise(generous) : generous;
  };

  const raise = (fees: Fees): Fees => {
    const maxFeePerGas = least((fees.maxFeePerGas * 5n) / 4n + 1n, config.maxFeePerGasWei);
    return { maxFeePerGas, maxPriorityFeePerGas: least((fees.maxPriorityFeePerGas * 5n) / 4n + 1n, maxFeePerGas) };
  };

  /** Sends once; the hash is on record before the transaction is on its way. False: the node wants a higher fee. */
  const send = async (call: SubmitCall, nonce: number, gas: bigint, fees: Fees, sent: Hex[]): Promise<boolean> => {
    const data = encodeFunctionData({ abi: straddleExchangeAbi, functionName: 'submit', args: call.args });
    const { wallet } = config;
    const serialized = await wallet.signTransaction({
      account: wallet.account,
      chain: wallet.chain,
      to: exchange,
      data,
      nonce,
      gas,
      type: 'eip1559',
      ...fees,
    });
    const hash = keccak256(serialized);
    await queue.markSubmitted(call.batchNumbers, hash);
    sent.push(hash);
    try {
      await client.sendRawTransaction({ serializedTransaction: serialized });
      return true;
    } catch (error) {
      const text = error instanceof BaseError ? `${error.details} ${error.message}`.toLowerCase() : String(error);
      if (text.includes('underpriced')) return false;
      // Both mean that some transaction of this nonce is known; whether it is ours shows in the receipts.
      if (text.includes('already known') || text.includes('already imported') || text.includes('nonce too low'))
        return true;
      throw error;
    }
  };

  /** Waits for a receipt of any of them. Null: time is up, or the nonce went to another transaction. */
  const awaitMined = async (sent: readonly Hex[], nonce: number): Promise<'mined' | 'timeout' | 'gone'> => {
    const deadline = config.nowMs() + config.replaceAfterMs;
    while (config.nowMs() < deadline && !config.isStopping()) {
      if ((await minedOf(sent)) !== null) return 'mined';
      const used = await client.getTransactionCount({ address: config.wallet.account.address, blockTag: 'latest' });
      if (used > nonce) return (await minedOf(sent)) !== null ? 'mined' : 'gone';
      await config.sleep(config.receiptPollMs);
    }
    return 'timeout';
  };

  const submit = async (call: SubmitCall): Promise<boolean> => {
    const address = config.wallet.account.address;
    const nonce = await client.getTransactionCount({ address, blockTag: 'latest' });
    const pending = await client.getTransactionCount({ address, blockTag: 'pending' });
    const stuck = pending > nonce;
    const gas = await estimateGas(call, stuck);
    let fees = await firstFees(stuck);
    const sent: Hex[] = [];
    while (!config.isStopping()) {
      const taken = await send(call, nonce, gas, fees, sent);
      const outcome = taken ? await awaitMined(sent, nonce) : 'timeout';
      if (outcome !== 'timeout') return outcome === 'mined';
      if (!taken) await config.sleep(config.receiptPollMs);
      fees = raise(fees);
    }
    return false;
  };

  return {
    step: async () => {
      const accepted = await followContract();
      await sealLate(config.seals, queue, accepted, config.nowMs() / 1000);
      const batches = await provedAfter(accepted);
      if (batches.length === 0) return false;
      const mined = await submit(submitCall(batches));
      if (mined) await followContract();
      return mined;
    },
  };
};

/** BatchAccepted(uint64,uint16,uint256,uint40,uint256,uint256,uint64). */
const BATCH_ACCEPTED_TOPIC = keccak256(
  `0x${Buffer.from('BatchAccepted(uint64,uint16,uint256,uint40,uint256,uint256,uint64)').toString('hex')}`,
);

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const differs = (batches: number, own: bigint | null, root: bigint): SettlementError =>
  new SettlementError(
    'L1_STATE_DIFFERS',
    own === null
      ? `L1 has accepted ${batches} batches, more than this node ever sealed; settlement stopped: is this the data directory of that exchange?`
      : `after ${batches} batches L1 holds another state root than this node; settlement stopped`,
    { batches, own: own === null ? null : String(own), l1: String(root) },
  );

/** Tells a contract's refusal from an L1 that does not answer. */
const refusal = (call: SubmitCall, error: unknown): unknown => {
  if (!(error instanceof BaseError)) return error;
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  if (!(reverted instanceof ContractFunctionRevertedError)) return error;
  const reason = reverted.data?.errorName ?? reverted.reason ?? reverted.signature ?? 'no reason';
  const data = { batchNumbers: call.batchNumbers, reason, args: reverted.data?.args?.map(String) ?? [] };
  if (TRANSIENT_REVERTS.has(reason)) {
    return new SettlementError('L1_NOT_YET', `L1 does not take batches now (${reason}); trying again`, data, error);
  }
  return new SettlementError(
    'L1_BATCH_REFUSED',
    `L1 refuses batch ${call.batchNumbers.join(', ')} (${reason}); settlement stopped: mend the cause and restart the node`,
    data,
    error,
  );
};
