import type { PresetName } from '../core/protocol/presets.ts';

/** Longest proof of a full standard batch with which a devnet is pleasant to watch. */
const STANDARD_WITHIN_SEC = 15;

export interface PresetChoice {
  readonly preset: PresetName;
  /** For the person at the terminal: why this one. */
  readonly reason: string;
}

export interface PresetSituation {
  /** What the command line asks for; null: whatever suits the machine. */
  readonly wanted: PresetName | null;
  /** Whether there is a native core, without which no shape but the development one can be made. */
  readonly hasCore: boolean;
  /** Seconds that this machine would take for a proof of the standard shape. Asked only if it decides. */
  readonly estimateSec: () => Promise<number>;
}

/** The preset that a devnet runs: the standard one where the machine proves its largest shape fast enough. */
export async function choosePreset({ estimateSec, hasCore, wanted }: PresetSituation): Promise<PresetChoice> {
  if (wanted !== null) return { preset: wanted, reason: 'as asked for' };
  if (!hasCore) return { preset: 'development', reason: 'without the native core there is no larger shape' };
  const seconds = await estimateSec();
  const said = `a full standard batch would take ${seconds.toFixed(1)} s to prove here`;
  if (seconds < STANDARD_WITHIN_SEC) return { preset: 'standard', reason: said };
  return { preset: 'development', reason: `${said}, more than ${STANDARD_WITHIN_SEC}` };
}
