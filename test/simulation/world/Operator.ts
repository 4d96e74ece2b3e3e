import type { Judge } from '../check/Judge.ts';
import type { Faults } from './Faults.ts';
import { Process } from './Process.ts';
import type { Scheduler } from './Scheduler.ts';
import type { SimulatedDisk } from './SimulatedDisk.ts';
import { type NodeParts, SimulatedNode } from './SimulatedNode.ts';
import type { Streams } from './Streams.ts';

export interface OperatorOptions {
  readonly scheduler: Scheduler;
  readonly streams: Streams;
  readonly faults: Faults;
  readonly disk: SimulatedDisk;
  readonly judge: Judge;
  readonly partsFor: (process: Process) => NodeParts;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'NONE';

/** Refusals that a disk which lost what it had synced deserves. */
const DETECTED: ReadonlySet<string> = new Set(['LOG_TRUNCATED', 'LOG_CORRUPT', 'JOBS_CORRUPT']);

const LOOK_MS = 15_000;

/** Keeps the node running: starts it, and starts it again after what befell it; restores its disk when it refuses to start. */
export class Operator {
  private readonly options: OperatorOptions;
  private process: Process | null = null;
  /** The node of the moment; null: it is down, or still starting. */
  node: SimulatedNode | null = null;
  readonly counts = { starts: 0, crashes: 0, powerCuts: 0, refusedStarts: 0, restores: 0 };
  private skewMs = 0;

  constructor(options: OperatorOptions) {
    this.options = options;
  }

  run(): void {
    const { faults, streams } = this.options;
    this.start();
    faults.schedule('crash', () => this.crash(false));
    faults.schedule('powerCut', () => this.crash(true));
    faults.schedule('lyingDisk');
    faults.schedule('fullDisk');
    faults.schedule('clock', () => {
      this.skewMs = streams.of('skew').between(-60_000, 60_000);
    });
  }

  private start(): void {
    const { judge, partsFor, scheduler } = this.options;
    const process = new Process('node', scheduler, () => (this.options.faults.isOn('clock') ? this.skewMs : 0));
    this.process = process;
    this.counts.starts += 1;
    SimulatedNode.open(process, partsFor(process)).then(
      (node) => {
        if (!process.isAlive) return;
        this.node = node;
        judge.onStarted(node);
        this.options.disk.forgetCopy();
        node.leader.failed.then(() => this.giveUp(process));
        this.watch(process, node);
      },
      (error: unknown) => this.onRefused(process, error),
    );
  }

  private onRefused(process: Process, error: unknown): void {
    const { disk, faults, judge, streams } = this.options;
    if (!process.isAlive) return;
    const code = codeOf(error);
    this.counts.refusedStarts += 1;
    const isDiskFull = faults.kinds.has('fullDisk') && String(error).includes('ENOSPC');
    if (DETECTED.has(code) && disk.hasLost()) {
      disk.restoreCopy();
      this.counts.restores += 1;
    } else if (!isDiskFull) {
      judge.fail('NODE_DOES_NOT_START', `${code}: ${String(error)}`);
    }
    this.end(process, streams.of('restart').between(1_000, 20_000));
  }

  /** Looks at the node now and then, as whoever is called by an alarm does. */
  private watch(process: Process, node: SimulatedNode): void {
    process.clock.after(LOOK_MS, () => {
      const isStopped = node.leader.settlement.health().state === 'stopped';
      const isSealing = node.alarms.list().every(({ code }) => code !== 'JOBS_WRITE_FAILED');
      if (isStopped || !isSealing) this.giveUp(process);
      else this.watch(process, node);
    });
  }

  /** A node that takes nothing more, or whose settlement has stopped, is stopped and started again. */
  giveUp(process: Process): void {
    if (!process.isAlive) return;
    const { disk, streams } = this.options;
    this.end(process, streams.of('restart').between(5_000, 40_000));
    disk.crashProcess();
  }

  private crash(isPowerCut: boolean): void {
    const { disk, streams } = this.options;
    const { process } = this;
    const random = streams.of('crash');
    if (process === null || !process.isAlive) return;
    // Anywhere in the next moments, not at the end of what the world was about to do.
    this.options.scheduler.after(random.below(50), () => {
      if (!process.isAlive) return;
      this.end(process, random.between(500, 40_000));
      this.counts[isPowerCut ? 'powerCuts' : 'crashes'] += 1;
      if (isPowerCut) disk.cutPower();
      else disk.crashProcess();
    });
  }

  private end(process: Process, restartMs: number): void {
    process.end();
    this.node = null;
    this.options.scheduler.after(restartMs, () => this.start());
  }
}
