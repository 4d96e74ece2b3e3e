/** Something that a person must look at. Codes are stable. */
export interface Alarm {
  readonly code: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Alarms {
  /** Raising a code again replaces its message. */
  readonly raise: (alarm: Alarm) => void;
  readonly clear: (code: string) => void;
  readonly list: () => readonly Alarm[];
}

export const createAlarms = (onRaise: (alarm: Alarm) => void): Alarms => {
  const raised = new Map<string, Alarm>();
  return {
    raise: (alarm) => {
      if (raised.get(alarm.code)?.message !== alarm.message) onRaise(alarm);
      raised.set(alarm.code, alarm);
    },
    clear: (code) => {
      raised.delete(code);
    },
    list: () => [...raised.values()],
  };
};
