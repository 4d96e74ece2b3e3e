import type { registerHooks } from 'node:module';

/** A bug put into the project's own code while it is loaded, to see that the simulation finds it. */
export interface Plant {
  readonly name: string;
  /** From the project's root. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly from: string;
  readonly to: string;
  /** What strikes when it is to be found. */
  readonly faults: string;
  /** Codes of violations by which it is found. */
  readonly found: RegExp;
}

export const PLANTS: readonly Plant[] = [
  {
    name: 'acknowledges before the disk has it',
    file: 'node/log/entryLog.ts',
    from: '    await written;\n',
    to: '',
    faults: 'crash,powerCut',
    // Lost after a crash, or missing already where the batcher reads what it was told of.
    found: /ACKNOWLEDGED|ALARM_LOG_CORRUPT/,
  },
  {
    name: 'starts on a log shorter than what was acknowledged',
    file: 'node/log/entryLog.ts',
    from: '    await checkMark(log, watermark.last);\n',
    to: '',
    faults: 'lyingDisk,powerCut',
    found: /ACKNOWLEDGED_LOST/,
  },
  {
    name: 'takes proofs unseen',
    file: 'node/batcher/checkStatement.ts',
    from: 'const isSound = await state.config.checkProof(statement);',
    to: 'const isSound = (await state.config.checkProof(statement)) || true;',
    faults: 'proverLies',
    found: /ALARM_L1_BATCH_REFUSED_ProofRefused/,
  },
  {
    name: 'forgets that a batch is leased',
    file: 'node/batcher/leases.ts',
    from: '(byBatch.get(batchNumber)?.untilMs ?? 0) <= nowMs,',
    to: '(byBatch.get(batchNumber)?.untilMs ?? 0) >= -nowMs,',
    faults: 'proverDies',
    found: /INTERNAL_ERROR/,
  },
  {
    name: 'reads L1 before it is deep',
    file: 'node/l1/follower.ts',
    from: 'const confirmed = head.number - BigInt(confirmations);',
    to: 'const confirmed = head.number - BigInt(confirmations * 0);',
    faults: 'l1Reorg',
    found: /ALARM_L1_REORG_TOO_DEEP/,
  },
  {
    name: 'believes what a lagging endpoint refuses',
    file: 'node/settlement/submitter.ts',
    from: 'throw isFinal(refusal) && !(await wasRefusedAt(config, data, at)) ? overtaken(call, refusal) : refusal;',
    to: 'throw refusal;',
    faults: 'l1Lag,crash,l1Reorg',
    found: /ALARM_L1_BATCH_REFUSED/,
  },
  {
    name: 'takes reports that L1 will refuse',
    file: 'node/sequencer/oracleFeed.ts',
    from: '  if (refusal === null) return signatures.slice(0, quorum);',
    to: '  if (refusal !== undefined) return signatures.slice(0, quorum);',
    faults: 'priceCrash',
    found: /ALARM_L1_BATCH_REFUSED_PriceDeviates/,
  },
  {
    name: 'takes what L1 asked for twice',
    file: 'node/sequencer/l1Feed.ts',
    from: 'return event.index < known ? [] : [event];',
    to: 'return [event];',
    faults: 'crash',
    found: /ALARM_MACHINE_FAILED/,
  },
  {
    name: 'fills beyond the margin of the taker',
    file: 'node/core/machine/judgeFill.ts',
    from: "  if (forTaker !== 'ok') return takerStop(forTaker);",
    to: "  if (forTaker !== 'ok' && forTaker !== 'margin') return takerStop(forTaker);",
    faults: 'none',
    found: /MARGIN_BROKEN|BATCH_INVALID/,
  },
];

const ROOT = new URL('../../', import.meta.url).href;

/** Hooks that change the plant's file as it is loaded. @throws Error when the text is not there once */
export const hooksOf = ({ file, from, name, to }: Plant): Parameters<typeof registerHooks>[0] => ({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (url !== `${ROOT}${file}` || loaded.source === undefined || loaded.source === null) return loaded;
    const source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    if (source.split(from).length !== 2) throw new Error(`the plant "${name}" does not find its place in ${file} once`);
    return { ...loaded, source: source.replace(from, () => to) };
  },
});
