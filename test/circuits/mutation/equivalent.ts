import type { Equivalent, Mutant } from '../../mutation/Mutant.ts';

/** A `===` that others imply. */
const implied = (template: string, before: string, because: string): Equivalent => ({
  template,
  before,
  after: '',
  because,
});

/** One bit more for a difference that is either below the width or close to p. */
const roomier = (template: string, declaration: string, width: number, because: string): Equivalent => ({
  template,
  before: `${declaration} = Num2Bits(${width});`,
  after: `${declaration} = Num2Bits(${width + 1});`,
  because,
});

/** A number that only has to differ from others. */
const anyOf = (name: string, shift: number, because: string): Equivalent => ({
  template: name,
  before: `function ${name}() { return 1 << ${shift}; }`,
  after: `function ${name}() { return 1 << ${shift + 1}; }`,
  because,
});

export const EQUIVALENT: readonly Equivalent[] = [
  anyOf('CASH_ASSET', 20, 'cash stands at instrument 0 of the next account, which no leg and no position names'),
  anyOf('BOUND_TAG', 26, 'above all accounts, and no other tag'),
  anyOf('OPENED_TAG', 24, 'above all accounts, and the only tag of identity 4'),
  {
    template: 'SettlementRow',
    before: 'lotsBits.in <== lots + live * (1 << 31);',
    after: 'lotsBits.in <== lots + (1 << 31);',
    because: 'an unused row selects nothing, so instrument and payoff are 0, and its word of 0 leaves lots 0',
  },
  {
    template: 'AccountArguments',
    before: 'settlements <== live * closed;',
    after: 'settlements <== closed;',
    because: 'unused, ctl is 0, so no position is marked: numerators 0 over denominators that were absorbed',
  },
  ...['signed', 'op', 'bound'].map((rows) => ({
    template: 'AccountRow',
    before: `component ${rows}Bits = Num2Bits(16);`,
    after: `component ${rows}Bits = Num2Bits(15);`,
    because: 'no shape has 2^15 rows',
  })),
  {
    template: 'Margin',
    before: 'above[s] = Num2Bits(82);',
    after: 'above[s] = Num2Bits(81);',
    because: 'T is 0 or at least a u_s before, and two u_s differ by less than 2^81',
  },
  implied(
    'PositionsAfter',
    'used[i] * (used[i] - 1) === 0;',
    'lots not 0 make used 1; lots 0 make the product 0, which is used times an inverse',
  ),
  implied(
    'CanonicalLegs',
    'used[i] * (used[i] - 1) === 0;',
    'ratio not 0 makes used 1; ratio 0 makes the product 0, which is used times an inverse',
  ),
  implied(
    'L1OpRow',
    'isForced * (kindBits.out[0] + kindBits.out[1]) === 0;',
    'kinds 5 to 7 make live 2, and word * (1 - live) is then not 0: the word holds the kind',
  ),
  implied(
    'TradeRow',
    'word[1] * (1 - live) === 0;',
    'live 0 leaves no first leg used, so none is, and unused legs are 0 in instrument and ratio',
  ),
  roomier(
    'TradeRow',
    'component inTime',
    40,
    'expiry has 40 bits and time is not negative: less than 2^40, or below 0',
  ),
  roomier(
    'WithdrawalRow',
    'component inTime',
    40,
    'expiry has 40 bits and time is not negative: less than 2^40, or below 0',
  ),
  roomier('TradeRow', 'component premiumBits', 81, 'limit * lots - net lies within 2^80 of 0'),
  roomier('TradeRow', 'component feeRoomBits', 56, 'maxFeePerLot * lots - fee is below 2^56'),
  roomier('SlotMove', 'component nonceForward', 32, 'both nonces have 32 bits'),
  roomier('SlotMove', 'component room', 32, 'maxLots has 32 bits and what is filled is not negative'),
  roomier('L1OpRow', 'component unpaid', 64, 'amount and paid have 64 bits'),
  roomier('Margin', 'component floorHigh', 83, 'a floor that u_s,after reaches is within 2^81 of W_before'),
  roomier('Margin', 'component breached', 83, '-E_0 - 3 W - 1 lies within 2^82 of 0'),
  roomier('Margin', 'component cheap', 84, 'rise and four times a difference of E_0 lie within 2^84 of 0'),
  roomier(
    'Margin',
    'component noExcess',
    81,
    'a floor that the account reaches, and above W_before, is within 2^80 of 0',
  ),
  roomier('Margin', 'component noNewDebt', 82, 'two E_0 differ by less than 2^81'),
  roomier('Margin', 'component binding', 81, 'u_s,after lies within 2^80 of 0'),
  roomier('PositionsAfter', 'stepBits[i]', 16, 'a step of 2^16 takes the sum of steps beyond the 16 bits of its end'),
  roomier('RiskTableRows', 'order[m]', 21, 'the ids compared have 21 bits'),
  roomier('AccountRows', 'order[a]', 25, 'the ids compared are below 2^24 + A'),
];

export const equivalenceOf = (mutant: Mutant): Equivalent | undefined =>
  EQUIVALENT.find(
    ({ template, before, after }) => template === mutant.template && before === mutant.before && after === mutant.after,
  );
