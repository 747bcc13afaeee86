import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../simulator/simulator';
import { ROOT } from './archive';

const run = promisify(execFile);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
/** Node.js can be run without a shell everywhere; a script of `node_modules/.bin` cannot. */
const INSTALLED = 'node_modules/alexa-network-mapping';

let folder: string;

/** Packs what was built before the tests, and installs it into an empty folder without any network. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'npm-package-'));
  // A build would replace what the other tests read.
  await run(npm, ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT });
  const [archive = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  const empty = path.join(folder, 'empty');
  await mkdir(empty);
  await writeFile(path.join(empty, 'package.json'), '{ "private": true }');
  await run(npm, ['install', '--offline', '--no-audit', '--no-fund', `../${archive}`], { cwd: empty });
  folder = empty;
});

afterAll(async () => {
  await rm(path.dirname(folder), { recursive: true, force: true });
});

describe('the npm package', () => {
  it('has the command line and not the extension', async () => {
    const names = await readdir(path.join(folder, INSTALLED), { recursive: true, withFileTypes: true });
    const files = names
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(path.join(folder, INSTALLED), path.join(entry.parentPath, entry.name)));
    expect(files.map((file) => file.replaceAll('\\', '/')).sort()).toEqual([
      'LICENSE',
      'README.md',
      'dist/cli/ThirdPartyNotices.txt',
      'dist/cli/alexa-network-mapping.js',
      'package.json',
    ]);
  });

  it('installs nothing else', async () => {
    const names = await readdir(path.join(folder, 'node_modules'));
    expect(names.filter((name) => !name.startsWith('.'))).toEqual(['alexa-network-mapping']);
  });

  it('has a command that prints its help and its version', async () => {
    const bin = path.join(folder, 'node_modules/.bin/alexa-network-mapping');
    const command = (...args: string[]) => run(bin, args, { cwd: folder, shell: process.platform === 'win32' });
    expect((await command('--help')).stdout).toContain('alexa-network-mapping plan FILE...');
    const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect((await command('--version')).stdout).toBe(`${version}\n`);
  });

  it('has a command that reads mappings', async () => {
    const simulator = await startSimulator();
    try {
      const { serviceProviderId = '', skillId = '' } =
        simulator.control.providers().find((provider) => provider.skillId !== null) ?? {};
      const mappings = [{ serviceProviderId, skillId }];
      await writeFile(path.join(folder, 'hotels.network-mappings.json'), JSON.stringify({ mappings }));
      const file = path.join(INSTALLED, 'dist/cli/alexa-network-mapping.js');
      const { stdout } = await run(process.execPath, [file, 'check', 'hotels.network-mappings.json'], {
        cwd: folder,
        env: {
          LWA_ACCESS_TOKEN: simulator.control.demo.accessToken,
          ALEXA_NETWORK_MAPPING_API_ENDPOINT: simulator.url,
        },
      });
      expect(stdout).toContain('The service agrees with the files.');
    } finally {
      await simulator.stop();
    }
  });

  it('has neither a source map nor a path of the computer that built it', async () => {
    const code = await readFile(path.join(folder, INSTALLED, 'dist/cli/alexa-network-mapping.js'), 'utf8');
    expect(code).not.toMatch(/sourceMappingURL|sourcesContent/);
    expect(code).not.toContain(ROOT);
    expect(code).not.toMatch(/require\(["']vscode["']\)/);
  });
});
