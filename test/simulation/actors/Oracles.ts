import { type Address, type Hex, hashTypedData, keccak256, toHex } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { Hasher } from '../../../node/core/crypto/hasher.ts';
import type { Deployment } from '../../../node/core/protocol/deployment.ts';
import { riskTableHash } from '../../../node/core/risk/tableHash.ts';
import type { ExchangeDomain } from '../../../node/l1/exchangeDomain.ts';
import type { Changing } from '../../../node/oracle/inForce.ts';
import type { OracleL1 } from '../../../node/oracle/oracleL1.ts';
import { leapQuorum } from '../../../node/oracle/priceBound.ts';
import { createReportContent } from '../../../node/oracle/reportContent.ts';
import type { ReportRequest } from '../../../node/oracle/reportRequest.ts';
import { createSigner, type Signer } from '../../../node/oracle/signer.ts';
import type { SimulatedChain } from '../chain/SimulatedChain.ts';
import type { Faults } from '../world/Faults.ts';
import type { Streams } from '../world/Streams.ts';
import { MARKET, type Market } from './Market.ts';

/** Signers that there are; the committee is three of them. */
export const ORACLES = 4;
export const QUORUM = 2;
const SETTLEMENT_WINDOW_SEC = 30;

const accountOf = (name: string): PrivateKeyAccount => privateKeyToAccount(keccak256(toHex(`simulated ${name}`)));

type Makes = ReturnType<typeof createReportContent>;

/** Equal inputs give equal reports, whoever asks: made once. */
const remembered = (make: Makes): Makes => {
  let last: { readonly key: string; readonly report: ReturnType<Makes> } | null = null;
  return (timeSec, instruments, expiriesSec = []) => {
    const key = `${timeSec}/${instruments.map(({ instrument }) => instrument).join()}/${expiriesSec.join()}`;
    if (last?.key !== key) last = { key, report: make(timeSec, instruments, expiriesSec) };
    return last.report;
  };
};

const changed = <One, Other>(
  { before, latest, sinceSec }: Changing<One>,
  map: (one: One) => Other,
): Changing<Other> => ({
  before: map(before),
  sinceSec,
  latest: map(latest),
});

export interface OraclesOptions {
  readonly chain: () => SimulatedChain;
  readonly domain: ExchangeDomain;
  readonly market: Market;
  readonly faults: Faults;
  readonly streams: Streams;
  readonly hasher: Hasher;
  readonly deployment: Deployment;
  readonly cadenceSec: number;
  readonly nowSec: () => number;
  /** Whether the endpoint that signers ask answers. */
  readonly isL1Down: () => boolean;
}

/** The committee: the project's own signers, on sources that agree as long as none of them errs. */
export class Oracles {
  /** Of all that may ever be in the committee, by address. */
  readonly addresses: readonly Address[];
  private readonly signers: readonly Signer[];
  private readonly options: OraclesOptions;
  private readonly signed = new Map<string, Address>();

  constructor(options: OraclesOptions) {
    this.options = options;
    const { deployment, market, streams, hasher } = options;
    const random = streams.of('oracle prices');
    const content = { market: MARKET, deployment, settlementWindowSec: SETTLEMENT_WINDOW_SEC };
    const hashTable = (table: Parameters<typeof riskTableHash>[1]): bigint => riskTableHash(hasher, table);
    const right = remembered(createReportContent({ ...content, source: market, hashTable }));
    const wrongSource = { description: 'wrong', priceAt: (timeSec: number) => (market.priceAt(timeSec) * 101n) / 100n };
    const wrong = createReportContent({ ...content, source: wrongSource, hashTable });
    const l1 = this.oracleL1();
    this.signers = Array.from({ length: ORACLES }, (_, index) => {
      const account = accountOf(`oracle ${index}`);
      return createSigner({
        account: this.recording(account),
        domain: options.domain,
        l1,
        market: MARKET,
        // The first ones err, fewer than may.
        makeReport: (timeSec, instruments, expiriesSec) =>
          index === 0 && options.faults.isOn('oracleWrong') && random.chance(70)
            ? wrong(timeSec, instruments, expiriesSec)
            : right(timeSec, instruments, expiriesSec),
        cadenceSec: options.cadenceSec,
        leapHoldSec: 2 * options.cadenceSec,
        maxLagSec: 60,
        nowSec: options.nowSec,
      });
    });
    this.addresses = this.signers.map(({ address }) => address);
  }

  /** Who signed this, as L1's precompile would find out. */
  readonly signerOf = (digest: Hex, signature: Hex): Address | null =>
    this.signed.get(`${digest}/${signature.toLowerCase()}`) ?? null;

  /** What a signer answers; silent ones throw. */
  async ask(index: number, request: ReportRequest) {
    const { faults, streams } = this.options;
    const signer = this.signers[index];
    if (signer === undefined) throw new Error(`there is no oracle ${index}`);
    const isSilent = faults.isOn('oracleSilent') && streams.of('oracle silence').chance(index < 2 ? 90 : 30);
    if (isSilent) throw new Error('no answer');
    return signer.sign(request);
  }

  private recording(account: PrivateKeyAccount): PrivateKeyAccount {
    return {
      ...account,
      signTypedData: async (typed) => {
        const signature = await account.signTypedData(typed);
        this.signed.set(`${hashTypedData(typed)}/${signature}`, account.address);
        return signature;
      },
    };
  }

  private oracleL1(): OracleL1 {
    const { chain, isL1Down } = this.options;
    const answer = async <T>(read: () => T): Promise<T> => {
      if (isL1Down()) throw new Error('L1 does not answer the signer');
      return read();
    };
    return {
      instrument: (id) => answer(() => chain().head.state.listings.get(id)?.instrument ?? null),
      prices: () =>
        answer(() => {
          const { state, timeSec } = chain().head;
          return {
            blockTimeSec: timeSec,
            lastReportTimeSec: state.lastReportTime,
            bound: changed(state.bounds, ({ price }) => price),
            book: state.book,
            committee: changed(state.committee, (one) => ({
              ...one,
              leapQuorum: leapQuorum(one.oracles.length, one.quorum),
            })),
          };
        }),
    };
  }
}
