import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded (`--import`) into every process that the devnet starts: when the devnet dies, even by kill -9, its end of the
 * child's standard input closes, and the child ends too. Worker threads preload it as well; their standard input is
 * another, and ends at once.
 */
if (isMainThread) {
  process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
  (process.stdin as unknown as { unref?: () => void }).unref?.();
}
