import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCryptography } from '../../node/crypto/cryptography.ts';
import type { Figure } from './figure.ts';
import { makeLongLog, openBenchReplica, SNAPSHOT_EVERY } from './longLog.ts';
import { timed } from './timed.ts';

const ENTRIES = 1_000_000;

/** From the start of a node to its restored state, after a crash as late as can be before the next snapshot. */
export const benchRestart = async (): Promise<readonly Figure[]> => {
  const dir = await mkdtemp(join(tmpdir(), 'straddle-restart-'));
  try {
    const cryptography = await createCryptography();
    await makeLongLog(dir, cryptography, ENTRIES, SNAPSHOT_EVERY);
    const cpuBefore = process.cpuUsage();
    const { result: replica, seconds } = await timed(() => openBenchReplica(dir, cryptography));
    const { user, system } = process.cpuUsage(cpuBefore);
    const entries = replica.log.length;
    const replayed = entries - replica.replayedFrom;
    const trades = replica.view.counters().trades;
    const check = await timed(async () => {
      for await (const _ of replica.log.read(0));
    });
    await replica.close();
    const which = `${entries.toLocaleString('en-US')} entries (${cryptography.path})`;
    return [
      {
        name: `restart: CPU of the process on all of its threads`,
        value: (user + system) / 1e6,
        unit: 'CPU s',
        goal: 'at most 10',
        better: 'lower',
      },
      {
        name: `restart: ${which}, ${replayed.toLocaleString('en-US')} of them replayed with ${trades.toLocaleString('en-US')} trades`,
        value: seconds,
        unit: 's',
        goal: 'at most 10',
        better: 'lower',
      },
      {
        name: `restart: all ${which} verified, what check-log does`,
        value: check.seconds,
        unit: 's',
        goal: 'none set',
        better: 'lower',
      },
    ];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
