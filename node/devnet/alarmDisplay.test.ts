import { expect, it } from 'vitest';
import { createAlarmDisplay } from './alarmDisplay.ts';

const missed = { code: 'ORACLE_FAILED', message: 'oracle 2 does not answer' };
const refused = { code: 'L1_BATCH_REFUSED', message: 'batch 3: BatchTooOld' };

const displayOf = (isStrict: boolean) => {
  const lines: string[] = [];
  return { lines, show: createAlarmDisplay((line) => lines.push(line), isStrict) };
};

it('tells each alarm once, however long it stands', () => {
  const { lines, show } = displayOf(false);
  for (const alarms of [[], [missed], [missed, refused], [refused]]) show(alarms);
  expect(lines).toEqual([
    'ALARM ORACLE_FAILED: oracle 2 does not answer',
    'ALARM L1_BATCH_REFUSED: batch 3: BatchTooOld',
  ]);
});

it('ends a strict run at an alarm that does not pass by itself, and at no other', () => {
  const { lines, show } = displayOf(true);
  show([missed]);
  expect(() => show([missed, refused])).toThrowError(
    expect.objectContaining({ code: 'DEVNET_ALARM', data: { code: 'L1_BATCH_REFUSED' } }),
  );
  expect(lines).toHaveLength(2);
});
