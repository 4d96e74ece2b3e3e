import { writeSync } from 'node:fs';
import { createCircomHasher } from '../crypto/circomHasher.ts';
import { openEntryLog } from './entryLog.ts';

/** A process of its own that appends until it is killed or the disk is full, and prints what was acknowledged. */
const [dir = '', domain = '0'] = process.argv.slice(2);
const log = await openEntryLog({ dir, domain: BigInt(domain), hasher: await createCircomHasher() });
writeSync(1, `open ${log.length}\n`);
for (;;) {
  try {
    const lane = (offset: number) =>
      log.append([{ type: 'tick', timeSec: log.timeSec + 1 + offset }, { type: 'seal' }]);
    const records = await Promise.all([lane(0), lane(1), lane(2)]);
    const last = records.flat().at(-1);
    writeSync(1, `${last?.index} ${last?.chainHash}\n`);
  } catch (error) {
    writeSync(1, `failed ${(error as { code?: string }).code} ${(error as Error).message}\n`);
    process.exit(3);
  }
}
