/**
 * Preloaded (`--import`) into every process that the devnet starts: when the devnet dies, even by kill -9, its end of the
 * child's standard input closes, and the child ends too.
 */
process.stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
(process.stdin as unknown as { unref?: () => void }).unref?.();
