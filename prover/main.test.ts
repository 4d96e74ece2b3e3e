import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArtifactStore } from './artifacts/artifactStore.ts';
import { hashFile } from './artifacts/contentHash.ts';
import { compileCircuit } from './setup/compile.ts';
import { developmentKey } from './setup/developmentKeys.ts';

const directory = mkdtempSync(join(tmpdir(), 'straddle-prover-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

/** Seven public inputs, as every batch circuit has. */
const SOURCE = `pragma circom 2.1.9;
template Seven() { signal input x[7]; signal square <== x[0] * x[0]; }
component main { public [x] } = Seven();
`;
let registered: Record<string, string | number>;
beforeAll(async () => {
  const store = openArtifactStore({ root: join(directory, 'store') });
  const circuit = await compileCircuit({ store, name: 'seven', mainSource: { text: SOURCE } });
  const key = await developmentKey({ store, name: 'seven', r1csPath: circuit.r1cs });
  registered = {
    name: 'development',
    columns: 15,
    wasm: circuit.wasm,
    wasmSha256: await hashFile(circuit.wasm),
    zkey: key.zkey,
    zkeySha256: key.zkeySha256,
    vkey: key.vkey,
    vkeySha256: key.vkeySha256,
    domainSize: circuit.domainSize,
  };
});

const registry = (name: string, fields: Record<string, string | number> = {}): string => {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify([{ ...registered, ...fields }]));
  return path;
};

/** The process, and all that it has written so far. */
function start(nodeUrl: string, artifacts: string, ...more: string[]): { child: ChildProcess; output: () => string } {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [
    main,
    '--node-url',
    nodeUrl,
    '--artifacts',
    artifacts,
    '--poll-ms',
    '20',
    ...more,
  ]);
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output };
}

const exitCode = async (child: ChildProcess): Promise<number | null> => {
  if (child.exitCode !== null) return child.exitCode;
  const [code] = await once(child, 'exit');
  return code;
};

test.each([
  ['wrong-hash', { zkeySha256: '0'.repeat(64) }, 'KEY_FILE_WRONG_HASH'],
  ['wrong-wasm', { wasmSha256: '0'.repeat(64) }, 'REGISTRY_INVALID'],
  ['wrong-size', { domainSize: 1 << 20 }, 'KEY_FILE_WRONG_CIRCUIT'],
  ['missing', { zkey: 'nowhere.zkey' }, 'KEY_FILE_MISSING'],
])('does not start with a registry that is %s', async (name, fields, code) => {
  const { child, output } = start('http://127.0.0.1:9', registry(name, fields));
  expect(await exitCode(child)).toBe(1);
  expect(output()).toContain(`"code":"${code}"`);
});

test('does not start with a niceness that there is not', async () => {
  const { child, output } = start('http://127.0.0.1:9', registry('unread'), '--niceness', '20');
  expect(await exitCode(child)).toBe(1);
  expect(output()).toContain('0 to 19 is needed');
});

test('a batch that cannot be proved is reported, the next is asked for, SIGTERM ends it cleanly', async () => {
  const calls: { id: number; method: string; params: Record<string, unknown> }[] = [];
  let onSecondReport = (): void => undefined;
  const secondReport = new Promise<void>((resolve) => {
    onSecondReport = resolve;
  });
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const call = JSON.parse(body) as (typeof calls)[number];
      calls.push(call);
      const reports = calls.filter(({ method }) => method === 'prover_reportFailure').length;
      const leased = { leaseId: `lease ${reports}`, batchNumber: reports, job: '{"version":1}', termMs: 60_000 };
      const job = reports < 2 ? { type: 'leased', ...leased } : { type: 'none' };
      response.end(
        JSON.stringify({
          jsonrpc: '2.0',
          id: call.id,
          result: call.method === 'prover_getJob' ? job : { lease: 'held' },
        }),
      );
      if (reports === 2) onSecondReport();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const { child, output } = start(`http://127.0.0.1:${address.port}`, registry('good'), '--niceness', '7');
  await secondReport;
  expect(getPriority(child.pid)).toBe(7);
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
  server.close();
  const reports = calls.filter(({ method }) => method === 'prover_reportFailure').map(({ params }) => params);
  expect(reports.map(({ leaseId, code }) => [leaseId, code])).toEqual([
    ['lease 0', 'CODEC_JOB'],
    ['lease 1', 'CODEC_JOB'],
  ]);
  // Its key is a development key: every line says so.
  const lines = output().trim().split('\n');
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ name: 'prover', insecureKeys: true });
});
