import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from './childProcess.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'straddle-child-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const run = (name: string, script: string) =>
  startChild({ name, command: process.execPath, args: ['-e', script], logPath: join(directory, `${name}.log`) });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('startChild', () => {
  it('waits for a line, also for one that came before', async () => {
    const child = run('speaker', "console.log('port 7'); setInterval(() => {}, 1000)");
    const port = (line: string) => /^port (\d+)$/.exec(line)?.[1];
    expect(await child.waitForLine(port, 20_000)).toBe('7');
    expect(await child.waitForLine(port, 20_000)).toBe('7');
    await child.stop();
    expect(await child.ended).toBeNull();
    expect(isAlive(child.pid)).toBe(false);
  });

  it('says how a child died and what it said last', async () => {
    const child = run('failure', "console.error('DISK_FULL: free space'); process.exitCode = 3");
    const error = await child.ended;
    expect(error).toMatchObject({ code: 'DEVNET_CHILD_DIED', data: { child: 'failure' } });
    expect(error?.message).toContain('exit code 3');
    expect(error?.message).toContain('DISK_FULL: free space');
    await expect(child.waitForLine(() => undefined, 20_000)).rejects.toBe(error);
    expect(await readFile(join(directory, 'failure.log'), 'utf8')).toBe('DISK_FULL: free space\n');
  });

  it('does not wait for ever for a line', async () => {
    const child = run('silence', "console.log('not that'); setInterval(() => {}, 1000)");
    const waited = child.waitForLine((line) => line === 'port' || undefined, 50);
    await expect(waited).rejects.toMatchObject({ code: 'DEVNET_CHILD_SILENT', data: { child: 'silence' } });
    await child.stop();
  });

  it('lets go who waits for a line when the child is stopped', async () => {
    const child = run('stopped', 'setInterval(() => {}, 1000)');
    const waited = child.waitForLine((line) => line === 'port' || undefined, 60_000);
    await Promise.all([expect(waited).rejects.toMatchObject({ code: 'DEVNET_STOPPED' }), child.stop()]);
  });

  it('reports a command that does not exist', async () => {
    const child = startChild({
      name: 'ghost',
      command: join(directory, 'none'),
      args: [],
      logPath: join(directory, 'g'),
    });
    expect((await child.ended)?.message).toContain('could not be started');
  });

  it('ends a child that ignores the request', { timeout: 30_000 }, async () => {
    const child = run('stubborn', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)");
    await child.waitForLine((line) => line === 'up' || undefined, 20_000);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
  });
});
