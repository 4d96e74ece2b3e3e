import type { Child } from './devnet/childProcess.ts';
import { openDataDirectory } from './devnet/dataDirectory.ts';
import { runDevnet } from './devnet/devnet.ts';
import { parseOptions } from './devnet/options.ts';

/** `npm start`: the devnet. Exit codes: 0 done or stopped by Ctrl-C, 1 anything else. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const data = await openDataDirectory(options.dataDir);
  const children: Child[] = [];
  const stopping = new AbortController();
  let isAsked = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isAsked = true;
      stopping.abort();
    });
  }
  let keepLogs = data.isKept;
  try {
    await runDevnet(options, data.path, children, stopping.signal);
  } catch (error) {
    if (!isAsked || options.once) {
      // The logs are what a failure is found by.
      keepLogs = true;
      process.exitCode = 1;
      console.error(explain(error));
      console.error(`Data and logs are kept in ${data.path}`);
    }
  } finally {
    await Promise.all(children.toReversed().map((child) => child.stop()));
    if (!keepLogs) await data.release();
  }
  process.exit();
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${code}: ${error.message}` : (error.stack ?? error.message);
}

await main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});
