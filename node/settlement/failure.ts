import { CodedError } from '../core/codedError.ts';
import { exchangeRevertIn } from '../l1/exchangeRevert.ts';
import { FollowError } from '../l1/FollowError.ts';
import { L1Error, revertOf } from '../l1/L1Error.ts';
import { SettlementError } from './SettlementError.ts';

/** What stops settlement, or holds it up. */
export interface SettlementFailure {
  /** Stable: of L1Error, FollowError or SettlementError; SETTLEMENT_FAILED for what is none of L1's. */
  readonly code: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Time may cure it. Any other waits for a person. */
  readonly isPassing: boolean;
}

const PASSING: ReadonlySet<string> = new Set([
  'L1_UNREACHABLE',
  'L1_REFUSED',
  'L1_UNREADABLE',
  'L1_INCONSISTENT',
  'L1_BEHIND',
  'L1_LOGS_MISSING',
  'L1_NOT_YET',
  'L1_SUBMIT_REVERTED',
]);

/** Whose failure it is. What L1, its endpoint and its contract do not account for is this node's own, and is called so. */
export function failureOf(error: unknown): SettlementFailure {
  const revert = revertOf(error);
  if (revert !== null) return unforeseenRevert(error as L1Error, exchangeRevertIn(revert));
  if (error instanceof L1Error || error instanceof FollowError || error instanceof SettlementError) {
    const { code, data, message } = error;
    return { code, message, data, isPassing: PASSING.has(code) };
  }
  return ownFailure(error);
}

/** Views of the exchange do not revert: something else is at its address. */
function unforeseenRevert({ code, data, message }: L1Error, { args, name }: ReturnType<typeof exchangeRevertIn>) {
  const advice = 'settlement stopped: is the address that of the exchange, and this node as new as the contract?';
  return { code, message: `${message} (${name}); ${advice}`, data: { ...data, reason: name, args }, isPassing: false };
}

function ownFailure(error: unknown): SettlementFailure {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const [line = ''] = said.split('\n');
  const cause = error instanceof CodedError ? error.code : null;
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return {
    code: 'SETTLEMENT_FAILED',
    message: `${line}; settlement stopped: not L1's failure but this node's own: keep its log, mend the cause, restart`,
    data: { cause, stack },
    isPassing: false,
  };
}
