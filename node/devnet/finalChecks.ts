import type { WatchReport } from '../watcher/watchReport.ts';
import { DevnetError } from './DevnetError.ts';

type Head = WatchReport & { readonly event: 'head' };

/** Where a watcher that raised nothing ended. @throws DevnetError DEVNET_CHECK_FAILED */
export function confirmedHead(reports: readonly WatchReport[]): Head {
  const head = reports.findLast((report) => report.event === 'head');
  const wrong = reports.find((report) => report.event === 'alarm' || report.event === 'failure');
  if (head !== undefined && wrong === undefined) return head;
  const message = `The second watcher did not confirm the state: ${wrong === undefined ? 'it said nothing' : wrong.message}.`;
  throw new DevnetError('DEVNET_CHECK_FAILED', message);
}

/** What was rebuilt is what the contract has, and it can pay what it owes. @throws DevnetError DEVNET_CHECK_FAILED */
export function requireAgreement(head: Head, stateRoot: bigint): void {
  const owed = BigInt(head.owedToAccounts) + BigInt(head.owedToClaims);
  if (stateRoot.toString() === head.stateRoot && BigInt(head.tokenBalance) >= owed) return;
  const message = `The rebuilt root is ${head.stateRoot}, the contract's ${stateRoot}; it holds ${head.tokenBalance} and owes ${owed}.`;
  throw new DevnetError('DEVNET_CHECK_FAILED', message);
}

/** A wallet that held nothing holds what was withdrawn to it, cash units. @throws DevnetError DEVNET_CHECK_FAILED */
export function requirePaid(name: string, asked: bigint, held: bigint): void {
  if (held === asked) return;
  const message = `${name} asked for ${asked} and its wallet holds ${held} after the claim.`;
  throw new DevnetError('DEVNET_CHECK_FAILED', message);
}
