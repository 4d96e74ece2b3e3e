import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Bn254Code, type GroupName, POINT_BYTES } from './Bn254Arena.ts';
import { FIELD_BYTES } from './r1csHeader.ts';
import { SetupError } from './SetupError.ts';

/** Views of shared memory: scalars in, points out. */
export type PointTask = { readonly group: GroupName; readonly scalars: Uint8Array; readonly points: Uint8Array };

type Queued = PointTask & { readonly resolve: () => void; readonly reject: (reason: unknown) => void };

const TASK_POINTS = 2048;
const MAX_WORKERS = 8;

/** Worker threads that multiply a generator by many scalars. Terminate it, or the process does not end. */
export class PointPool {
  private readonly workers: Worker[];
  private readonly queue: Queued[] = [];
  private readonly running = new Map<Worker, Queued>();
  private finished = 0;
  private stopped: Error | undefined;
  private readonly onPoints: (count: number) => void;

  /** @param onPoints told the number of points made so far */
  constructor(code: Bn254Code, windowBits: number, onPoints: (count: number) => void = () => undefined) {
    this.onPoints = onPoints;
    const count = Math.min(MAX_WORKERS, availableParallelism());
    this.workers = Array.from({ length: count }, () => this.startWorker(code, windowBits));
  }

  private startWorker(code: Bn254Code, windowBits: number): Worker {
    const worker = new Worker(new URL('./pointWorker.ts', import.meta.url), { workerData: { code, windowBits } });
    worker.on('message', () => {
      const task = this.running.get(worker);
      this.running.delete(worker);
      this.finished += (task?.scalars.length ?? 0) / FIELD_BYTES;
      task?.resolve();
      this.onPoints(this.finished);
      this.feed(worker);
    });
    worker.on('error', (cause) => this.failAll(cause));
    return worker;
  }

  private failAll(cause: unknown): void {
    const message = 'A worker that computes key points failed. Check that at least 2 GB of memory are free, and retry.';
    this.abort(new SetupError('SETUP_WORKER_FAILED', message, {}, cause));
  }

  /** Rejects all that is queued or under way, now and later. */
  abort(error: Error): void {
    this.stopped = error;
    for (const task of [...this.running.values(), ...this.queue.splice(0)]) task.reject(error);
    this.running.clear();
  }

  private feed(worker: Worker): void {
    if (this.running.has(worker)) return;
    const task = this.queue.shift();
    if (task === undefined) return;
    this.running.set(worker, task);
    const { group, scalars, points } = task;
    worker.postMessage({ group, scalars, points } satisfies PointTask);
  }

  private enqueue(task: PointTask): Promise<void> {
    if (this.stopped !== undefined) return Promise.reject(this.stopped);
    return new Promise((resolve, reject) => {
      this.queue.push({ ...task, resolve, reject });
      for (const worker of this.workers) this.feed(worker);
    });
  }

  /**
   * @param scalars 32 little-endian bytes each, not in Montgomery form
   * @returns affine points as a zkey holds them: 64 (G1) or 128 (G2) bytes each
   */
  async multiply(group: GroupName, scalars: Uint8Array): Promise<Uint8Array> {
    const count = scalars.length / FIELD_BYTES;
    const size = POINT_BYTES[group];
    const input = new Uint8Array(new SharedArrayBuffer(scalars.length));
    input.set(scalars);
    const output = new Uint8Array(new SharedArrayBuffer(count * size));
    const tasks: Promise<void>[] = [];
    for (let first = 0; first < count; first += TASK_POINTS) {
      const end = Math.min(count, first + TASK_POINTS);
      tasks.push(
        this.enqueue({
          group,
          scalars: input.subarray(first * FIELD_BYTES, end * FIELD_BYTES),
          points: output.subarray(first * size, end * size),
        }),
      );
    }
    await Promise.all(tasks);
    return output;
  }

  async terminate(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
