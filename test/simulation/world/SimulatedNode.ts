import { type Alarm, type Alarms, createAlarms } from '../../../node/alarms.ts';
import { nowSec } from '../../../node/clock.ts';
import type { Cryptography } from '../../../node/crypto/cryptography.ts';
import { createIntake, type Intake, type Outcome } from '../../../node/gateway/intake/intake.ts';
import { createJudge } from '../../../node/gateway/intake/judge.ts';
import type { SignatureQueue } from '../../../node/gateway/intake/signatureQueue.ts';
import type { Submission } from '../../../node/gateway/intake/submission.ts';
import { cursorIn } from '../../../node/l1/cursorStore.ts';
import { repeat } from '../../../node/repeat.ts';
import { openReplica, type Replica, type ReplicaOptions } from '../../../node/replica/replica.ts';
import { type Leader, type LeaderOptions, startLeader } from '../../../node/sequencer/leader.ts';
import type { Applied } from '../../../node/sequencer/sequencer.ts';
import type { Door } from '../actors/Door.ts';
import type { Process } from './Process.ts';

export interface NodeParts {
  readonly cryptography: Cryptography;
  readonly domain: bigint;
  readonly replica: Omit<ReplicaOptions, 'clock' | 'alarms' | 'warn' | 'cryptography' | 'domain'>;
  readonly leader: Omit<LeaderOptions, 'replica' | 'clock' | 'alarms' | 'hasher' | 'onJobError' | 'warn' | 'l1'> & {
    readonly l1: Omit<LeaderOptions['l1'], 'cursor'>;
  };
  readonly onAlarm: (alarm: Alarm) => void;
  readonly onWarning: (message: string) => void;
  readonly onJobError: (error: unknown) => void;
  /** Sees every entry as the node applied it. */
  readonly onApplied: (applied: Applied) => void;
}

/** A node as `node/app` puts it together, with the world's time, disk and L1, and without sockets. */
export class SimulatedNode implements Door {
  readonly process: Process;
  readonly replica: Replica;
  readonly leader: Leader;
  readonly alarms: Alarms;
  private readonly intake: Intake;

  private constructor(process: Process, replica: Replica, leader: Leader, alarms: Alarms, parts: NodeParts) {
    this.process = process;
    this.replica = replica;
    this.leader = leader;
    this.alarms = alarms;
    const { cryptography, domain } = parts;
    const signatures = signatureQueue(process, cryptography);
    const judge = createJudge({ signatures, domain, view: replica.view, nowSec: () => nowSec(process.clock) });
    this.intake = createIntake({ judge, sequencer: leader.sequencer, maxWaiting: parts.leader.limits.maxQueue });
  }

  static async open(process: Process, parts: NodeParts): Promise<SimulatedNode> {
    const { clock } = process;
    const alarms = createAlarms(parts.onAlarm);
    const { cryptography, domain, onJobError, onWarning: warn } = parts;
    const replica = await openReplica({ ...parts.replica, clock, alarms, warn, cryptography, domain });
    const { hasher } = cryptography;
    const cursor = cursorIn(await parts.replica.storage.openFolder('l1'));
    const l1 = { ...parts.leader.l1, cursor };
    const leader = startLeader({ ...parts.leader, l1, replica, clock, alarms, hasher, warn, onJobError });
    leader.observe(parts.onApplied);
    repeat(clock, parts.leader.tickMs, replica.tend, onJobError);
    return new SimulatedNode(process, replica, leader, alarms, parts);
  }

  get view() {
    return this.replica.view;
  }

  readonly submit = (entry: Submission): Promise<Outcome> => this.intake.submit(entry);
}

/** Signatures are checked by others: the answer takes its time. */
const signatureQueue = (process: Process, { hasher, verifier }: Cryptography): SignatureQueue => ({
  check: ({ key, preimage, signature }) =>
    process.wait(1, () => verifier.verify({ key, signature, message: hasher.poseidon(preimage) })),
});
