import { randomBytes } from 'node:crypto';
import { setPriority } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { PRESETS } from '../node/core/protocol/presets.ts';
import { createCryptography } from '../node/crypto/cryptography.ts';
import { createBackend } from './prove/createBackend.ts';
import { createNodeClient } from './queue/nodeClient.ts';
import { checkShapes, createProveJob } from './queue/proveJob.ts';
import { readShapeRegistry } from './queue/shapeRegistry.ts';
import { runWorker } from './queue/worker.ts';
import { INSECURE_LOG_FIELDS, isInsecureKey } from './setup/insecureKeys.ts';
import { calculateWitness } from './witness/calculateWitness.ts';

/** Of a process, in POSIX systems. */
const LEAST_URGENT = 19;

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw new InvalidArgumentError('a positive whole number is needed');
  return value;
}

function niceness(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > LEAST_URGENT) throw new InvalidArgumentError(`0 to ${LEAST_URGENT} is needed`);
  return value;
}

function url(text: string): string {
  if (!URL.canParse(text)) throw new InvalidArgumentError('an address like http://127.0.0.1:8600 is needed');
  return text;
}

const options = new Command('prover')
  .description('Takes sealed batches from a node, proves them, and hands the proofs back.')
  .requiredOption('--node-url <url>', "the node's internal JSON-RPC address", url)
  .requiredOption('--artifacts <file>', 'registry of shapes: JSON with the files of each circuit and their hashes')
  .option('--prover-id <id>', 'name under which batches are leased', `prover-${randomBytes(6).toString('hex')}`)
  .option('--poll-ms <ms>', 'pause while there is nothing to prove', positive, 500)
  .option('--heartbeat-ms <ms>', 'how often a lease is renewed', positive, 2000)
  .option('--niceness <number>', 'lets a node on the same processors go first: 0 (equals) to 19', niceness, 0)
  .option('--log-level <level>', 'trace, debug, info, warn, error or silent', 'info')
  .parse()
  .opts<{
    nodeUrl: string;
    artifacts: string;
    proverId: string;
    pollMs: number;
    heartbeatMs: number;
    niceness: number;
    logLevel: string;
  }>();

let log = pino({ name: 'prover', level: options.logLevel });

async function run(): Promise<void> {
  // Before any thread is started: those of the proof inherit it.
  if (options.niceness > 0) setPriority(options.niceness);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort(new Error(name)));
  const shapes = await checkShapes(await readShapeRegistry(options.artifacts));
  if ([...shapes.values()].some(({ zkey, key }) => isInsecureKey(zkey, key))) log = log.child(INSECURE_LOG_FIELDS);
  const { hasher, verifier, path: hashesAndSignatures } = await createCryptography();
  const { backend, path } = createBackend();
  log.info(
    {
      shapes: [...shapes.keys()],
      proving: path,
      hashesAndSignatures,
      node: options.nodeUrl,
      proverId: options.proverId,
    },
    'ready',
  );
  try {
    await runWorker({
      node: createNodeClient(options.nodeUrl, options.proverId, [...shapes.keys()]),
      prove: createProveJob({ hasher, verifier, presets: Object.values(PRESETS), shapes, backend, calculateWitness }),
      log,
      pollMs: options.pollMs,
      heartbeatMs: options.heartbeatMs,
      signal: stop.signal,
    });
  } finally {
    await backend.terminate();
  }
  log.info({}, 'stopped');
}

try {
  await run();
  process.exit(0);
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  log.fatal({ code, err: error }, error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
