/**
 * `node contracts/forge.ts test [arguments]`: forge on contracts/, after the code that its tests deploy has been
 * compiled and written as compile.ts ships it.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openArtifactStore } from '../prover/artifacts/artifactStore.ts';
import { writeShippedCode } from './shippedCode.ts';

const root = join(import.meta.dirname, '..');
await writeShippedCode(openArtifactStore());
const [command = 'test', ...rest] = process.argv.slice(2);
const forge = join(root, 'node_modules', '.bin', 'forge');
const { status } = spawnSync(forge, [command, '--root', 'contracts', ...rest], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
