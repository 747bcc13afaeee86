import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { CommandLineFolder } from '../../support/commandLineRun';
import { SKILL } from '../../support/builders';

const FILE = 'hotels.network-mappings.json';
const MAIN = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');
const idOf = (number: number) => `amzn1.comms.csp.id.00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

let simulator: Simulator;
let folder: CommandLineFolder;

beforeAll(async () => {
  const seed = Array.from({ length: 60 }, (_, index) => ({ serviceProviderId: idOf(index + 1), skillId: null }));
  simulator = await startSimulator({ seed });
  folder = await CommandLineFolder.create(simulator);
  await folder.write(FILE, {
    mappings: seed.map(({ serviceProviderId }) => ({ serviceProviderId, skillId: SKILL })),
  });
});

afterAll(async () => {
  await simulator.stop();
  await folder.remove();
});

/** Starts the command line as a process of its own, whose output is no terminal. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), MAIN, ...args], {
    cwd: folder.path,
    env: { PATH: process.env['PATH'], ...folder.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let error = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()));
  const ended = new Promise<{ code: number | null; out: string; error: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, out, error });
    });
  });
  return { child, ended };
}

describe('the process of the command line', () => {
  it('ends with the exit code of the command, and shows no progress where there is no terminal', async () => {
    const { code, out, error } = await start('check', FILE).ended;
    expect(code).toBe(2);
    expect(out).toContain('To apply the files: 60 to map');
    expect(error).toBe('');
  });

  it('prints help and version, and an error where the arguments are wrong', async () => {
    const [help, version, wrong] = await Promise.all([
      start('--help').ended,
      start('--version').ended,
      start('plan', '--token=Atza|secret').ended,
    ]);
    expect(help).toMatchObject({ code: 0, error: '' });
    expect(help.out).toContain('Exit codes:');
    expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    expect(wrong).toEqual({ code: 1, out: '', error: 'Error: There is an unknown option. See --help.\n' });
  });

  // Windows has no signals.
  it.skipIf(process.platform === 'win32')('completes the changes in progress after Ctrl+C', async () => {
    simulator.control.setSwitches({ latencyMs: { min: 300, max: 300 } });
    const { child, ended } = start('apply', FILE, '--yes');
    await simulator.control.waitForRequest(({ operation }) => operation === 'create');
    child.kill('SIGINT');
    const { code, out, error } = await ended;
    const mapped = simulator.control.providers().filter(({ skillId }) => skillId !== null);
    expect(code).toBe(3);
    expect(error).toContain('Stopping. Changes in progress complete');
    expect(out).toContain(`Applied ${mapped.length} of 60 changes.`);
    expect(mapped.length).toBeLessThan(60);
    expect(simulator.control.requests().filter(({ operation }) => operation === 'create')).toHaveLength(mapped.length);
  });
});
