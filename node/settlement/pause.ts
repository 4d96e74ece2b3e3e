import type { Clock } from '../clock.ts';

/** A sleep that `wake` cuts short. Woken while awake, the next sleep is none. */
export interface Pause {
  readonly sleep: (ms: number) => Promise<void>;
  readonly wake: () => void;
}

export function createPause(clock: Clock): Pause {
  let isWoken = false;
  let end: (() => void) | null = null;
  return {
    sleep: async (ms) => {
      if (!isWoken) {
        await new Promise<void>((resolve) => {
          const cancel = clock.after(ms, resolve);
          end = () => {
            cancel();
            resolve();
          };
        });
        end = null;
      }
      isWoken = false;
    },
    wake: () => {
      isWoken = true;
      end?.();
    },
  };
}
