import { writeSync } from 'node:fs';
import { SYSTEM_CLOCK } from '../clock.ts';
import { encoded } from '../core/codec/entry.ts';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { diskStorage } from '../storage/diskStorage.ts';
import { openEntryLog } from './entryLog.ts';

/** A process of its own that appends until it is killed or the disk is full, and prints what was acknowledged. */
const [dir = '', domain = '0'] = process.argv.slice(2);
const log = await openEntryLog({
  storage: diskStorage(dir),
  clock: SYSTEM_CLOCK,
  domain: BigInt(domain),
  hasher: await createCircomHasher(),
});
writeSync(1, `open ${log.length}\n`);
for (;;) {
  try {
    const tick = { type: 'tick', timeSec: log.timeSec + 1 } as const;
    const group = await log.append([tick, { type: 'seal' } as const, { type: 'seal' } as const].map(encoded));
    const last = group?.records.at(-1);
    writeSync(1, `${last?.index} ${last?.chainHash}\n`);
  } catch (error) {
    writeSync(1, `failed ${(error as { code?: string }).code} ${(error as Error).message}\n`);
    process.exit(3);
  }
}
