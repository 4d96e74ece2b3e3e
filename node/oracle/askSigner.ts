import type { Hex } from 'viem';
import type { OracleReport } from '../l1/reportTypedData.ts';
import { createRpcClient } from '../rpc/client.ts';
import { oracleGetReport } from '../rpc/methods/oracle.ts';
import type { ReportRequest } from './reportRequest.ts';

/** What a signer answers; nothing of it is checked but its form. */
export interface SignerAnswer {
  readonly report: OracleReport;
  readonly signature: Hex;
}

/** Asks one signer for a report. @throws whatever keeps the answer away */
export type AskSigner = (url: string, request: ReportRequest) => Promise<SignerAnswer>;

/** A report's inputs have at most 65,536 bytes (core/codec/entry.ts), in hex. */
const MAX_ANSWER_BYTES = 262_144;

/** Over HTTP. @param timeoutMs how long a signer may take to answer */
export const askSignerOverHttp =
  (timeoutMs: number): AskSigner =>
  async (url, request) => {
    const client = createRpcClient(url, { timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
    const { signature, signer: _, ...report } = await client.call(oracleGetReport, request);
    return { report, signature };
  };
