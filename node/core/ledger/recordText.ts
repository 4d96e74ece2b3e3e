import { readArray, readBigint, readField, readNumber, readTuple } from '../codec/strictJson.ts';
import type { AccountRecord } from '../protocol/account.ts';
import type { StateHead } from './stateRoot.ts';

/** Accounts and heads as plain JSON values: numbers of state as decimal texts. */

export const recordToJson = (record: AccountRecord): unknown => [
  `${record.keyX}`,
  `${record.keyY}`,
  `${record.owner}`,
  `${record.cash}`,
  record.positions.map(({ instrument, lots }) => [instrument, lots]),
  [...record.slots].sort(([a], [b]) => a - b).map(([slot, value]) => [slot, `${value}`]),
];

/** @throws CodecError CODEC_JOB */
export function recordFromJson(value: unknown): AccountRecord {
  const [keyX, keyY, owner, cash, positions, slots] = readTuple(value, 6);
  return {
    keyX: readBigint(keyX),
    keyY: readBigint(keyY),
    owner: readBigint(owner),
    cash: readBigint(cash),
    positions: readArray(positions).map((position) => {
      const [instrument, lots] = readTuple(position, 2);
      return { instrument: readNumber(instrument), lots: readNumber(lots) };
    }),
    slots: new Map(
      readArray(slots).map((slot) => {
        const [index, content] = readTuple(slot, 2);
        return [readNumber(index), readBigint(content)] as const;
      }),
    ),
  };
}

export const headToJson = (head: StateHead): unknown => ({ ...head, feePool: `${head.feePool}` });

/** @throws CodecError CODEC_JOB */
export const headFromJson = (value: unknown): StateHead => ({
  feePool: readBigint(readField(value, 'feePool')),
  l1OpIndex: readNumber(readField(value, 'l1OpIndex')),
  batchNumber: readNumber(readField(value, 'batchNumber')),
  lastTimeSec: readNumber(readField(value, 'lastTimeSec')),
});
