/** `npm run bench`: every figure with its goal, as a table, or with `--json` as one JSON array on standard output. */
import { Command } from 'commander';
import type { Figure } from './figure.ts';

const suites: readonly [string, () => Promise<readonly Figure[]>][] = [
  ['constraints', async () => (await import('./constraints.ts')).benchConstraints()],
  ['pricing', async () => (await import('./pricing.ts')).benchPricing()],
  ['core', async () => (await import('./core.ts')).benchCore()],
  ['proving', async () => (await import('./proving.ts')).benchProving()],
  ['hashing', async () => (await import('./nativeHashing.ts')).benchHashing()],
  ['native', async () => (await import('./nativeProving.ts')).benchNativeProving()],
  ['intake', async () => (await import('./intake.ts')).benchIntake()],
  ['restart', async () => (await import('./restart.ts')).benchRestart()],
  ['gas', async () => (await import('./gas.ts')).benchGas()],
];

const command = new Command('npm run bench --')
  .description('Every figure with its goal, as a table.')
  .argument('[suites...]', `of ${suites.map(([name]) => name).join(', ')}; all unless given`)
  .option('--json', 'as one JSON array on standard output', false)
  .parse();
const { json } = command.opts<{ json: boolean }>();
const wanted = command.args;
const unknown = wanted.filter((name) => !suites.some(([suite]) => suite === name));
if (unknown.length > 0) {
  console.error(`no such suite: ${unknown.join(', ')}; there are ${suites.map(([name]) => name).join(', ')}`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, run] of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!json) console.error(`measuring ${name} ...`);
  figures.push(...(await run()));
}

const shown = (value: number): string =>
  Number(value.toPrecision(4)).toLocaleString('en-US', { maximumSignificantDigits: 4 });
if (json) {
  console.log(JSON.stringify(figures));
} else {
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, unit, goal } of figures) {
    console.log(`${name.padEnd(width)}  ${shown(value).padStart(12)} ${unit.padEnd(16)} goal: ${goal}`);
  }
}
