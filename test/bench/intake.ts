import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { V8_FLAGS } from '../../node/app/v8Flags.ts';
import type { Figure } from './figure.ts';

/** Eight WebSockets with 32 intents under way on each. */
const SOCKETS = 8;
const WINDOW = 32;
const WARM_UP = 4_000;
const MEASURED = 20_000;
/** Of a paced load, seconds: first those in which the load's own process compiles its code, not counted, then those that count. */
const SETTLING_SEC = 3;
const PACED_SEC = 10;

interface Line {
  readonly [name: string]: unknown;
}

/** A script of this folder, and the lines of JSON that it prints. */
const start = (script: string, args: readonly string[], v8Flags: readonly string[] = []) => {
  const child = spawn(process.execPath, [...v8Flags, join(import.meta.dirname, script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Line> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${script} ended (${child.exitCode})`);
    return JSON.parse(value) as Line;
  };
  return { child, next };
};

interface Node {
  readonly child: ChildProcess;
  readonly next: () => Promise<Line>;
  readonly wsUrl: string;
  readonly path: string;
  /** Number of the next intent that nobody has sent. */
  first: number;
}

const startNode = async (): Promise<Node> => {
  const { child, next } = start('intakeNode.ts', [], V8_FLAGS);
  const { wsUrl, path } = await next();
  return { child, next, wsUrl: String(wsUrl), path: String(path), first: 0 };
};

/** @returns processor seconds since the last measured load began */
const stopNode = async ({ child, next }: Node): Promise<number> => {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const { cpuSec } = await next();
  await gone;
  return Number(cpuSec);
};

interface Seen {
  /** Of the load's own process. */
  readonly cpuSec: number;
  readonly perSec: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Door = 'json' | 'binary';

const load = async (node: Node, door: Door, count: number, pace: number | null, uncounted = 0): Promise<Seen> => {
  const size = { count: uncounted + count, uncounted };
  const options = { wsUrl: node.wsUrl, door, first: node.first, ...size, sockets: SOCKETS, window: WINDOW, pace };
  node.first += size.count;
  // As the node: what collects garbage on the same cores disturbs both.
  const { child, next } = start('intakeLoad.ts', [JSON.stringify(options)], V8_FLAGS);
  await next();
  node.child.kill('SIGUSR2');
  child.stdin?.write('go\n');
  const { cpuSec, perSec, p50Ms, p99Ms } = await next();
  return { cpuSec: Number(cpuSec), perSec: Number(perSec), p50Ms: Number(p50Ms), p99Ms: Number(p99Ms) };
};

/** Both doors while proofs are made in a process of less priority on the same cores. */
const benchBesideProver = async (): Promise<Figure[]> => {
  const prover = start('intakeProver.ts', []);
  const { constraints } = await prover.next();
  const figures: Figure[] = [];
  for (const door of ['json', 'binary'] as const) {
    const node = await startNode();
    await load(node, door, WARM_UP, null);
    const { perSec, p99Ms } = await load(node, door, MEASURED, null);
    await stopNode(node);
    const name = `intake (${node.path}) beside a prover, ${door}`;
    const goal = `at least ${BESIDE_GOAL.toLocaleString('en')}`;
    figures.push(
      { name: `${name}: acknowledged durable intents`, value: perSec, unit: 'intents/s', goal, better: 'higher' },
      {
        name: `${name}: 99th percentile, windows full`,
        value: p99Ms,
        unit: 'ms',
        goal: 'none set',
        better: 'lower',
      },
    );
  }
  const gone = once(prover.child, 'exit');
  prover.child.kill('SIGTERM');
  const { perMinute } = await prover.next();
  await gone;
  const size = `${Number(constraints).toLocaleString('en')} constraints`;
  const name = `proofs of ${size} beside the intake, its starts and ends included`;
  return [...figures, { name, value: Number(perMinute), unit: 'proofs/min', goal: 'none set', better: 'higher' }];
};

const GOALS = { json: 6_000, binary: 10_000 } as const;
const P99_GOAL_MS = 10;
const BESIDE_GOAL = 4_000;

const benchDoor = async (door: Door): Promise<Figure[]> => {
  const node = await startNode();
  await load(node, door, WARM_UP, null);
  const full = await load(node, door, MEASURED, null);
  const cpuSec = await stopNode(node);
  const pacedNode = await startNode();
  await load(pacedNode, door, WARM_UP, null);
  const pace = full.perSec / 2;
  const paced = await load(pacedNode, door, Math.ceil(pace * PACED_SEC), pace, Math.ceil(pace * SETTLING_SEC));
  await stopNode(pacedNode);
  const goal = `at least ${GOALS[door].toLocaleString('en')}`;
  const name = `intake (${node.path}, load average ${(loadavg()[0] ?? 0).toFixed(1)}), ${door}`;
  return [
    { name: `${name}: acknowledged durable intents`, value: full.perSec, unit: 'intents/s', goal, better: 'higher' },
    {
      name: `${name}: per second of the node's processor time`,
      value: MEASURED / cpuSec,
      unit: 'intents/CPU s',
      goal: 'none set',
      better: 'higher',
    },
    {
      name: `${name}: two cores' worth of processor time, load's included`,
      value: (2 * MEASURED) / (cpuSec + full.cpuSec),
      unit: 'intents/2 CPU s',
      goal: 'none set',
      better: 'higher',
    },
    { name: `${name}: median wait, windows full`, value: full.p50Ms, unit: 'ms', goal: 'none set', better: 'lower' },
    {
      name: `${name}: 99th percentile at half that load`,
      value: paced.p99Ms,
      unit: 'ms',
      goal: `at most ${P99_GOAL_MS}`,
      better: 'lower',
    },
  ];
};

/** From the socket to the disk and back, load and node in two processes on the same cores: alone, then beside a prover. */
export const benchIntake = async (): Promise<Figure[]> => [
  ...(await benchDoor('json')),
  ...(await benchDoor('binary')),
  ...(await benchBesideProver()),
];
