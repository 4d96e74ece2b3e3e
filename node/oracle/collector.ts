import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress } from 'viem';
import type { ExchangeDomain } from '../l1/exchangeDomain.ts';
import { type OracleReport, reportDigest, reportTypedData } from '../l1/reportTypedData.ts';
import type { AskSigner } from './askSigner.ts';
import { OracleError } from './OracleError.ts';
import type { ReportRequest } from './reportRequest.ts';

/** A report with at least a quorum's signatures, all that came, in the contract's order: signers' addresses increasing. */
export interface CollectedReport {
  readonly report: OracleReport;
  readonly signatures: readonly Hex[];
}

export interface CollectorConfig {
  readonly urls: readonly string[];
  readonly committee: readonly Address[];
  readonly quorum: number;
  readonly domain: ExchangeDomain;
  readonly ask: AskSigner;
}

export interface Collector {
  /** @throws OracleError ORACLE_NO_QUORUM with what every signer said */
  readonly collect: (request: ReportRequest) => Promise<CollectedReport>;
}

interface Answer {
  readonly report: OracleReport;
  readonly digest: Hex;
  readonly signer: Address;
  readonly signature: Hex;
}

/** The node's side of the oracle: asks all signers and takes the report that a quorum signed alike. */
export function createCollector(config: CollectorConfig): Collector {
  const { committee, domain, quorum } = config;

  async function ask(url: string, request: ReportRequest): Promise<Answer> {
    const { report, signature } = await config.ask(url, request);
    if (report.timeSec !== request.timeSec) throw new Error(`the report is of ${report.timeSec}`);
    const signer = await recoverTypedDataAddress({ ...reportTypedData(domain, report), signature });
    if (!committee.some((member) => isAddressEqual(member, signer)))
      throw new Error(`${signer} is not in the committee`);
    return { report, digest: reportDigest(domain, report), signer, signature };
  }

  return {
    collect: async (request) => {
      const settled = await Promise.allSettled(config.urls.map((url) => ask(url, request)));
      const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      for (const group of groupByDigest(answers)) {
        const [first] = group;
        if (first === undefined || group.length < quorum) continue;
        return { report: first.report, signatures: group.map(({ signature }) => signature) };
      }
      throw noQuorum(config, request, settled);
    },
  };
}

/** Answers with equal content together, each signer once, by address. */
function groupByDigest(answers: readonly Answer[]): readonly (readonly Answer[])[] {
  const groups = new Map<Hex, Map<bigint, Answer>>();
  for (const answer of answers) {
    const group = groups.get(answer.digest) ?? new Map<bigint, Answer>();
    groups.set(answer.digest, group.set(BigInt(answer.signer), answer));
  }
  return [...groups.values()].map((group) =>
    [...group].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, answer]) => answer),
  );
}

function noQuorum(
  config: CollectorConfig,
  request: ReportRequest,
  settled: readonly PromiseSettledResult<Answer>[],
): OracleError {
  const said = settled.map((one, index) => {
    const what = one.status === 'fulfilled' ? `signed ${one.value.digest}` : String((one.reason as Error).message);
    return `${config.urls[index]}: ${what}`;
  });
  const message = `Fewer than ${config.quorum} oracles signed the same report of ${request.timeSec}: ${said.join('; ')}.`;
  const data = { timeSec: request.timeSec, quorum: config.quorum, said };
  return new OracleError('ORACLE_NO_QUORUM', `${message} Trading goes on at the last table; check the signers.`, data);
}
