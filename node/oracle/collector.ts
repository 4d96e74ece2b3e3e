import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress } from 'viem';
import { createRpcClient } from '../rpc/client.ts';
import { oracleGetReport } from '../rpc/methods/oracle.ts';
import { OracleError } from './OracleError.ts';
import { type OracleReport, type ReportDomain, reportDigest, reportTypedData } from './oracleReport.ts';
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
  readonly domain: ReportDomain;
  /** How long a signer may take to answer. */
  readonly timeoutMs: number;
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

/** A report's inputs have at most 65,536 bytes (core/codec/entry.ts), in hex. */
const MAX_ANSWER_BYTES = 262_144;

/** The node's side of the oracle: asks all signers and takes the report that a quorum signed alike. */
export function createCollector(config: CollectorConfig): Collector {
  const { committee, domain, quorum } = config;

  async function ask(url: string, request: ReportRequest): Promise<Answer> {
    const client = createRpcClient(url, { timeoutMs: config.timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
    const { signature, signer: _, ...report } = await client.call(oracleGetReport, request);
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
