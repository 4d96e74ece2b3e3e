import { type Address, hexToBytes } from 'viem';
import { mockUsdcAbi } from '../../contracts/abi/mockUsdc.ts';
import { straddleExchangeAbi } from '../../contracts/abi/straddleExchange.ts';
import { cancelAllMessage, intentMessage, withdrawMessage } from '../core/codec/message.ts';
import { deriveKey } from '../core/crypto/deriveKey.ts';
import { packFlags, SELF_TRADE, type TimeInForce } from '../core/protocol/flags.ts';
import type { Leg, Signature } from '../core/protocol/rows.ts';
import type { Cryptography } from '../crypto/cryptography.ts';
import { tradingKeyTypedData } from '../l1/tradingKeyTypedData.ts';
import type { RpcClient } from '../rpc/client.ts';
import type { CallParams, CallResult } from '../rpc/method.ts';
import { cancelAll, massQuote, submitIntent, withdraw } from '../rpc/methods/submission.ts';
import { DEMO_MARKET } from './demoListing.ts';
import type { DevnetL1, L1Wallet } from './l1Wallet.ts';

export interface Exchange {
  readonly address: Address;
  readonly token: Address;
  readonly domain: bigint;
}

export interface Order {
  readonly legs: readonly Leg[];
  readonly lots: number;
  /** Most net premium a lot, price units. */
  readonly limit: bigint;
  readonly timeInForce: TimeInForce;
}

export type Outcome = Pick<CallResult<typeof submitIntent>, 'rejection' | 'fills'>;

/** Seconds that an order stands. */
const ORDER_LIFE_SEC = 60;
/** 10 USDC a contract. */
const MAX_FEE_PER_LOT = 100_000;

/** One demo trader: a wallet on L1, the trading key derived from it, and an account on the exchange. */
export class Trader {
  readonly name: string;
  readonly wallet: L1Wallet;
  private readonly cryptography: Cryptography;
  private readonly exchange: Exchange;
  private readonly rpc: RpcClient;
  private readonly key: Uint8Array;
  private accountId: number | null = null;
  private nonce = 0;

  private constructor(
    name: string,
    wallet: L1Wallet,
    key: Uint8Array,
    cryptography: Cryptography,
    exchange: Exchange,
    rpc: RpcClient,
  ) {
    this.name = name;
    this.wallet = wallet;
    this.key = key;
    this.cryptography = cryptography;
    this.exchange = exchange;
    this.rpc = rpc;
  }

  /** Makes a wallet, derives the trading key by EIP-712 (protocol, section 4). */
  static async create(
    name: string,
    l1: DevnetL1,
    cryptography: Cryptography,
    exchange: Exchange,
    rpc: RpcClient,
  ): Promise<Trader> {
    const wallet = await l1.createWallet();
    const typed = tradingKeyTypedData(l1.chain.id, exchange.address, exchange.domain);
    const signature = await wallet.wallet.signTypedData(typed);
    return new Trader(name, wallet, deriveKey(hexToBytes(signature)), cryptography, exchange, rpc);
  }

  get account(): number {
    if (this.accountId === null) throw new Error(`${this.name} has no account yet`);
    return this.accountId;
  }

  /** Mints the amount of the devnet's token, opens an account on L1 and pays it in. */
  async open(l1: DevnetL1, amount: bigint): Promise<void> {
    const { address, token } = this.exchange;
    const { wallet } = this.wallet;
    const usdc = { address: token, abi: mockUsdcAbi } as const;
    await l1.confirm(
      await wallet.writeContract({ ...usdc, functionName: 'mint', args: [this.wallet.address, amount] }),
      `minting for ${this.name}`,
    );
    await l1.confirm(
      await wallet.writeContract({ ...usdc, functionName: 'approve', args: [address, amount] }),
      `approving for ${this.name}`,
    );
    const { x, y } = this.cryptography.signer.publicKey(this.key);
    const { request, result } = await l1.client.simulateContract({
      account: wallet.account,
      address,
      abi: straddleExchangeAbi,
      functionName: 'openAccount',
      args: [DEMO_MARKET, x, y, amount],
    });
    await l1.confirm(await wallet.writeContract(request), `opening ${this.name}'s account`);
    this.accountId = result;
  }

  async order(order: Order): Promise<Outcome> {
    return this.rpc.call(submitIntent, this.signed(order));
  }

  async quote(orders: readonly Order[]): Promise<readonly Outcome[]> {
    const quotes = orders.map((order) => this.signed(order));
    return (await this.rpc.call(massQuote, { quotes })).results;
  }

  /** Cancels everything that rests. */
  async cancelAll(): Promise<void> {
    const cancel = { account: this.account, nonce: this.nonce, expirySec: nowSec() + ORDER_LIFE_SEC };
    const signature = this.signature(cancelAllMessage(this.cryptography.hasher, this.exchange.domain, cancel));
    await this.rpc.call(cancelAll, { ...cancel, signature });
  }

  async withdraw(amount: bigint): Promise<Outcome> {
    const expirySec = nowSec() + 10 * ORDER_LIFE_SEC;
    const intent = { account: this.account, nonce: ++this.nonce, expirySec, amount };
    const signature = this.signature(withdrawMessage(this.cryptography.hasher, this.exchange.domain, intent));
    return this.rpc.call(withdraw, { ...intent, signature });
  }

  /** Takes what L1 has credited to the wallet. */
  async claim(l1: DevnetL1): Promise<void> {
    const hash = await this.wallet.wallet.writeContract({
      address: this.exchange.address,
      abi: straddleExchangeAbi,
      functionName: 'claim',
      args: [this.wallet.address],
    });
    await l1.confirm(hash, `${this.name}'s claim`);
  }

  /** Token in the wallet, cash units. */
  tokenBalance(l1: DevnetL1): Promise<bigint> {
    const usdc = { address: this.exchange.token, abi: mockUsdcAbi } as const;
    return l1.client.readContract({ ...usdc, functionName: 'balanceOf', args: [this.wallet.address] });
  }

  private signature(message: bigint): Signature {
    return this.cryptography.signer.sign(this.key, message);
  }

  private signed({ legs, limit, lots, timeInForce }: Order): CallParams<typeof submitIntent> {
    const intent = {
      account: this.account,
      nonce: ++this.nonce,
      expirySec: nowSec() + ORDER_LIFE_SEC,
      maxLots: lots,
      maxFeePerLot: MAX_FEE_PER_LOT,
      limit,
      flags: packFlags({ timeInForce, postOnly: false, reduceOnly: false, selfTrade: SELF_TRADE.CANCEL_NEWEST }),
      legs,
    };
    const signature = this.signature(intentMessage(this.cryptography.hasher, this.exchange.domain, intent));
    return { ...intent, signature };
  }
}

function nowSec(): number {
  return Math.floor(Date.now() / 1000);
}
