import { DevnetError } from './DevnetError.ts';

interface Alarm {
  readonly code: string;
  readonly message: string;
}

/** A missed report: the next slot brings another. */
const PASSING: ReadonlySet<string> = new Set(['ORACLE_FAILED', 'L1_UNREACHABLE']);

/**
 * Tells each alarm of the node once; a strict run ends with the first that does not pass by itself.
 *
 * @throws DevnetError DEVNET_ALARM (by what it returns)
 */
export function createAlarmDisplay(
  print: (line: string) => void,
  isStrict: boolean,
): (alarms: readonly Alarm[]) => void {
  const shown = new Set<string>();
  return (alarms) => {
    for (const { code, message } of alarms) {
      if (shown.has(message)) continue;
      shown.add(message);
      print(`ALARM ${code}: ${message}`);
      if (isStrict && !PASSING.has(code)) throw new DevnetError('DEVNET_ALARM', `${code}: ${message}`, { code });
    }
  };
}
