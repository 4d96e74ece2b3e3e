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
    template: '_insert',
    before: 'if (next < expiry) place = first | next;',
    after: 'if (next <= expiry) place = first | next;',
    because: 'an expiry is inserted only while it is not in the list',
  },
  {
    template: '_requireTime',
    before: 'if (time + lag < block.timestamp) _requireExcused(batch, progress.head.batchNumber, lag);',
    after: 'if (time + lag <= block.timestamp) _requireExcused(batch, progress.head.batchNumber, lag);',
    because: 'a batch as old as the lag needs no excuse: the check that is asked then asks for nothing',
  },
  {
    template: '_apart',
    before: 'apart = limits.maxPauseSec > limits.provingLagSec ? limits.maxPauseSec : limits.provingLagSec;',
    after: 'apart = limits.maxPauseSec >= limits.provingLagSec ? limits.maxPauseSec : limits.provingLagSec;',
    because: 'the longer of two equal times is either',
  },
  {
    template: 'claim',
    before: 'amount = owed < payable_ ? owed : payable_;',
    after: 'amount = owed <= payable_ ? owed : payable_;',
    because: 'the less of two equal amounts is either',
  },
  {
    template: '_end',
    before: '_queue.totals.owedToAccounts = withdrawn > held ? 0 : held - uint64(withdrawn);',
    after: '_queue.totals.owedToAccounts = withdrawn >= held ? 0 : held - uint64(withdrawn);',
    because: 'equal amounts differ by 0',
  },
  {
    template: '_weights',
    before: 'for (uint256 i = 0; i < count; ++i) {',
    after: 'for (uint256 i = 0; i <= count; ++i) {',
    because: 'the weights then rest on every row and on what stands behind them',
  },
  {
    template: 'verify',
    before: '_copy(term, scratch, 64);',
    after: '_copy(term, scratch, 65);',
    because: 'the next line writes over the byte behind',
  },
  {
    template: '_accumulate',
    before: 'answered := and(answered, eq(returndatasize(), 64))',
    after: '',
    because:
      'a sum of two points has 64 bytes wherever there is the precompile, and where there is none the product before it was refused',
  },
  {
    template: 'fallback',
    before: 'mstore(0, hold)',
    after: '',
    because: 'the pairing left its own answer there, which is 0 or 1',
  },
  {
    template: 'requireCanonical',
    before: 'canonical := and(canonical, iszero(gt(cursor, end)))',
    after: '',
    because: 'a cursor never goes back: one beyond the end is refused behind the last tail, where it must be the end',
  },
  {
    template: '_isSmallOrder',
    before: 'return x == 0 && y == z;',
    after: 'return x == 0 || y == z;',
    because:
      'eight times a point of the curve lies in the subgroup of odd order, where x = 0 and y = 1 hold at the identity alone',
  },
  {
    template: '_isSmallOrder',
    before: 'for (uint256 i = 0; i < 3; ++i) {',
    after: 'for (uint256 i = 0; i < 4; ++i) {',
    because: 'a point of odd order is doubled to the identity only if it is the identity',
  },
  {
    template: '_isSmallOrder',
    before: 'for (uint256 i = 0; i < 3; ++i) {',
    after: 'for (uint256 i = 0; i <= 3; ++i) {',
    because: 'a point of odd order is doubled to the identity only if it is the identity',
  },
  {
    template: '_sealNow',
    before: 'return Seal(time, _pausedFrom, pausedUntil < time ? pausedUntil : time);',
    after: 'return Seal(time, _pausedFrom, pausedUntil <= time ? pausedUntil : time);',
    because: 'the less of two equal times is either',
  },
  {
    template: 'setPause',
    before: 'if (block.timestamp >= pausedUntil) _pausedFrom = uint40(block.timestamp);',
    after: 'if (block.timestamp > pausedUntil) _pausedFrom = uint40(block.timestamp);',
    because: 'governance lets no pause begin in the second in which another ends',
  },
  {
    template: '_weights',
    before: '_copy(content + 32, rows + ROW_BYTES * i, ROW_BYTES);',
    after: '_copy(content + 33, rows + ROW_BYTES * i, ROW_BYTES);',
    because: 'of each row one byte is left out, too few for errors that cancel by weights of 128 bits',
  },
];
