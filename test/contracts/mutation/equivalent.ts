import type { Equivalent } from '../../mutation/Mutant.ts';

/** What no test can catch, with the reason. */
export const EQUIVALENT: readonly Equivalent[] = [
  {
    template: 'forceWithdraw',
    before: 'uint256 missing = bond > standing ? uint256(bond - standing) * 1 gwei : 0;',
    after: 'uint256 missing = bond >= standing ? uint256(bond - standing) * 1 gwei : 0;',
    because: 'equal amounts differ by 0',
  },
  {
    template: '_take',
    before: 'uint256 elapsed = terms.time > since ? terms.time - since : 0;',
    after: 'uint256 elapsed = terms.time >= since ? terms.time - since : 0;',
    because: 'equal times differ by 0',
  },
  {
    template: '_isSmallOrder',
    before: 'return x == 0 && y == z;',
    after: 'return x == 0 || y == z;',
    because:
      'eight times a point of the curve lies in the subgroup of odd order, where x = 0 and y = 1 hold at the identity alone',
  },
];
