import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadCore } from '../native/core.ts';

const directory = mkdtempSync(join(tmpdir(), 'straddle-setup-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function setup(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const main = join(import.meta.dirname, 'main.ts');
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: directory });
}

describe('setup command', () => {
  it('makes a development key, says that it is insecure, and ends', () => {
    const circuit = join(directory, 'square.circom');
    const template = 'template Square() { signal input x; signal output y; y <== x * x; }';
    writeFileSync(circuit, `pragma circom 2.2.0;\n${template}\ncomponent main = Square();\n`);
    const { status, stdout } = setup('dev', circuit, '--name', 'square', '--cache', join(directory, 'cache'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^INSECURE development key/);
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Record<string, unknown>;
    expect(report).toMatchObject({ constraints: 1, domainSize: 4, publicSignals: 1, cached: false });
  });

  it.skipIf(loadCore() === undefined)('reduces a circuit with the core', () => {
    const circuit = join(directory, 'sum.circom');
    const template = 'template Sum() { signal input x; signal s; signal output y; s <== 3 * x + 1; y <== s * s; }';
    writeFileSync(circuit, `pragma circom 2.2.0;\n${template}\ncomponent main = Sum();\n`);
    const args = ['dev', circuit, '--name', 'sum', '--optimise', 'core', '--cache', join(directory, 'cache')];
    const { status, stdout } = setup(...args);
    expect(status).toBe(0);
    const report = JSON.parse(stdout.slice(stdout.indexOf('{'))) as Record<string, unknown>;
    expect(report).toMatchObject({ constraints: 1, sym: null });
    expect(report.wireMap).toMatch(/sum\.wires$/);
  });

  it('fails with a code and what to do', () => {
    const { status, stderr } = setup('ceremony', 'verify', 'none.zkey', '--r1cs', 'none.r1cs', '--ptau', 'none.ptau');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^SETUP_CEREMONY_INVALID: transcript\.json is no transcript.*"ceremony new"/);
  });

  it('refuses what it does not know', () => {
    expect(setup('nonsense').status).toBe(1);
    expect(
      setup('ceremony', 'beacon', 'a', 'b', '--name', 'x', '--hash', '01', '--iterations-exp', 'x').stderr,
    ).toContain('Give a whole number');
  });
});
