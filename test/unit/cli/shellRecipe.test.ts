import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { OTHER_SKILL, SKILL, THIRD_SKILL } from '../../support/builders';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FILE = 'hotels.network-mappings.json';
const HOTEL = 'amzn1.comms.csp.id.00000000-0000-4000-8000-000000000001';
const CLINIC = 'amzn1.comms.csp.id.00000000-0000-4000-8000-000000000002';

const run = promisify(execFile);

let simulator: Simulator;
let folder: string;
let environment: NodeJS.ProcessEnv;

/** A bare repository as the origin, a clone of the author's, and one of continuous integration. */
beforeEach(async () => {
  simulator = await startSimulator({
    seed: [
      { serviceProviderId: HOTEL, skillId: SKILL },
      { serviceProviderId: CLINIC, skillId: SKILL },
    ],
  });
  folder = await mkdtemp(path.join(tmpdir(), 'shell-recipe-'));
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const command = path.join(bin, 'alexa-network-mapping');
  const main = [process.execPath, '--import', import.meta.resolve('tsx'), path.join(ROOT, 'src/cli/main.ts')];
  await writeFile(command, `#!/bin/sh\nexec ${main.map((part) => `'${part}'`).join(' ')} "$@"\n`);
  await chmod(command, 0o755);
  environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    LWA_ACCESS_TOKEN: simulator.control.demo.accessToken,
    ALEXA_NETWORK_MAPPING_API_ENDPOINT: simulator.url,
  };
  await git('.', 'init', '--quiet', '--bare', '--initial-branch=main', 'origin.git');
  await git('.', 'clone', '--quiet', 'origin.git', 'author');
  await writeMappings(SKILL);
  await git('author', 'checkout', '--quiet', '-b', 'main');
  await commit('main');
  await git('.', 'clone', '--quiet', 'origin.git', 'ci');
});

afterEach(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true, force: true });
});

async function git(where: string, ...args: string[]): Promise<string> {
  return (await run('git', args, { cwd: path.join(folder, where), env: environment })).stdout;
}

async function commit(branch: string): Promise<void> {
  await git('author', 'add', '.');
  await git('author', 'commit', '--quiet', '-m', 'Change the mappings');
  await git('author', 'push', '--quiet', 'origin', branch);
}

async function writeMappings(skillOfHotel: string): Promise<void> {
  const mappings = [
    { serviceProviderId: HOTEL, skillId: skillOfHotel },
    { serviceProviderId: CLINIC, skillId: SKILL },
  ];
  await writeFile(path.join(folder, 'author', FILE), JSON.stringify({ mappings }, undefined, 2));
}

/** Runs a script of the documentation as continuous integration does, with a commit checked out. */
async function runScript(name: string, revision: string): Promise<{ code: number; error: string }> {
  const text = await readFile(path.join(ROOT, 'docs/command-line.md'), 'utf8');
  const script = new RegExp(`\`\`\`sh\\n# ${name.replace('.', '\\.')}\\n([^]*?)\`\`\``).exec(text)?.[1];
  if (script === undefined) throw new Error(`the documentation has no script ${name}`);
  await git('ci', 'fetch', '--quiet', 'origin');
  await git('ci', 'checkout', '--quiet', '--detach', revision);
  try {
    await run('sh', ['-c', script], { cwd: path.join(folder, 'ci'), env: environment });
    return { code: 0, error: '' };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, error: stderr };
  }
}

/** Proposes that the hotel be mapped to a skill, has it planned, and merges it after whatever happens during the review. */
async function reviewAndMerge(skillId: string, duringReview: () => void = () => undefined): Promise<void> {
  await git('author', 'checkout', '--quiet', '-b', 'change');
  await writeMappings(skillId);
  await commit('change');
  expect(await runScript('plan.sh', 'origin/change')).toEqual({ code: 0, error: '' });
  duringReview();
  await git('author', 'checkout', '--quiet', 'main');
  await git('author', 'merge', '--quiet', '--no-ff', '-m', 'Merge the change', 'change');
  await git('author', 'push', '--quiet', 'origin', 'main');
}

const writes = () => simulator.control.requests().filter(({ method }) => method !== 'GET');

// Windows has no sh; there, Git's own is not on the path.
describe.skipIf(process.platform === 'win32')('the shell scripts of the documentation', () => {
  it('plan a change, apply it after the merge, and find the service as in the files', async () => {
    await reviewAndMerge(OTHER_SKILL);
    expect(writes()).toEqual([]);
    expect(await runScript('check.sh', 'origin/main')).toMatchObject({ code: 2 });
    expect(await runScript('apply.sh', 'origin/main')).toEqual({ code: 0, error: '' });
    expect(simulator.control.mappingOf(HOTEL)).toBe(OTHER_SKILL);
    expect(writes()).toHaveLength(1);
    expect(await runScript('check.sh', 'origin/main')).toEqual({ code: 0, error: '' });
    expect(await readFile(path.join(folder, 'ci/journal.jsonl'), 'utf8')).toContain('"succeeded"');
  });

  it('send nothing if a mapping was changed during the review', async () => {
    await reviewAndMerge(OTHER_SKILL, () => {
      simulator.control.setProvider({ serviceProviderId: HOTEL, skillId: THIRD_SKILL });
    });
    const { code, error } = await runScript('apply.sh', 'origin/main');
    expect(code).toBe(1);
    expect(error).toContain('The plan is no longer the one that was reviewed.');
    expect(writes()).toEqual([]);
    expect(await runScript('check.sh', 'origin/main')).toMatchObject({ code: 2 });
  });

  it('apply nothing that was not planned', async () => {
    await writeMappings(OTHER_SKILL);
    await commit('main');
    expect((await runScript('apply.sh', 'origin/main')).code).not.toBe(0);
    expect(writes()).toEqual([]);
  });
});
