import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DevnetError } from './DevnetError.ts';

/** The first Node that runs TypeScript as it stands here, without a flag. */
const OLDEST_MAJOR = 24;

/**
 * The Node to run the system's processes with: this one if it is new enough, else the one that `npm install` put beside.
 *
 * @throws DevnetError DEVNET_NODE_TOO_OLD
 */
export function nodeRuntime(version: string = process.versions.node): string {
  if (Number.parseInt(version, 10) >= OLDEST_MAJOR) return process.execPath;
  try {
    const root = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(root, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch (cause) {
    const message = `This is Node ${version}; ${OLDEST_MAJOR} is needed and comes with "npm install". Run "npm install", then "npm start".`;
    throw new DevnetError('DEVNET_NODE_TOO_OLD', message, { version }, cause);
  }
}
