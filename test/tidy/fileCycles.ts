import { isTestCode } from './arrows.ts';
import type { ModuleLink } from './moduleLinks.ts';

/** Ways from a file to itself over imports, of types too: one for each file that closes one, tests not counted. */
export const fileCycles = (links: readonly ModuleLink[]): string[] => {
  const targets = new Map<string, string[]>();
  for (const { from, to } of links) {
    if (!isTestCode(from)) targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const cycles: string[] = [];
  const left = new Set<string>();
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) cycles.push([...way.slice(at), path].join(' -> '));
    if (at >= 0 || left.has(path)) return;
    for (const to of targets.get(path) ?? []) walk(to, [...way, path]);
    left.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return cycles;
};
