import { Session } from 'node:inspector/promises';

const SAMPLE_US = 200;

/** What a part of a program is called, by its function's name and file; '' for what no part is made of. */
export type PartOf = (functionName: string, url: string) => string;

/** The share of the time that each part of `work` takes by itself, callees left out; together 1. Samples as `--cpu-prof`. */
export async function profileShares(work: () => void, partOf: PartOf): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
    await session.post('Profiler.start');
    work();
    const { profile } = await session.post('Profiler.stop');
    const parts = new Map(
      profile.nodes.map(({ id, callFrame }) => [id, partOf(callFrame.functionName, callFrame.url)] as const),
    );
    const times = new Map<string, number>();
    let total = 0;
    profile.samples?.forEach((id, at) => {
      const part = parts.get(id) ?? '';
      const took = profile.timeDeltas?.[at] ?? 0;
      if (part === '') return;
      times.set(part, (times.get(part) ?? 0) + took);
      total += took;
    });
    return new Map([...times].map(([part, took]) => [part, took / total]));
  } finally {
    session.disconnect();
  }
}
