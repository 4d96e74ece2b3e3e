import { describe, expect, it } from 'vitest';
import { confirmedHead, requireAgreement, requirePaid } from './finalChecks.ts';

const head = {
  event: 'head',
  batches: 3,
  block: '90',
  stateRoot: '12345',
  tokenBalance: '1000',
  owedToClaims: '300',
  owedToAccounts: '700',
} as const;
const failed = (what: string) =>
  expect.objectContaining({ code: 'DEVNET_CHECK_FAILED', message: expect.stringContaining(what) });

describe('what is checked at the end', () => {
  it('is the head that a watcher reached without an alarm', () => {
    const earlier = { ...head, block: '80' };
    const doubt = { event: 'doubt', code: 'WATCH_ROOT', message: 'did not hold' } as const;
    expect(confirmedHead([earlier, doubt, head])).toBe(head);
    expect(() => confirmedHead([doubt])).toThrowError(failed('it said nothing'));
    for (const event of ['alarm', 'failure'] as const) {
      const wrong = { event, code: 'WATCH_ROOT', message: 'another root' } as const;
      expect(() => confirmedHead([wrong, head])).toThrowError(failed('another root'));
    }
  });

  it("is the contract's root, and that it can pay", () => {
    expect(() => requireAgreement(head, 12345n)).not.toThrow();
    expect(() => requireAgreement(head, 12346n)).toThrowError(failed("the contract's 12346"));
    expect(() => requireAgreement({ ...head, tokenBalance: '999' }, 12345n)).toThrowError(failed('owes 1000'));
  });

  it('is the money in the wallet, to the unit', () => {
    expect(() => requirePaid('the taker', 5n, 5n)).not.toThrow();
    for (const held of [4n, 6n]) expect(() => requirePaid('the taker', 5n, held)).toThrowError(failed('the taker'));
  });
});
