import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Server, startServer } from './server';

let temporary: string;

beforeAll(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'host-test-'));
});

afterAll(async () => {
  await rm(temporary, { recursive: true });
});

/** Starts a program whose temporary files are in the folder of the test. */
function start(command: string, args: string[], env: Record<string, string>) {
  const child = spawn(command, args, {
    env: { ...process.env, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, stdout: text(child.stdout), stderr: text(child.stderr), exit: once(child, 'exit') };
}

describe('a run of tests in the extension host', { timeout: 120_000 }, () => {
  async function runTrial(end: string) {
    const extension = path.join(import.meta.dirname, 'trialExtension');
    const run = start(
      path.join(import.meta.dirname, 'code.mjs'),
      [`--extensionDevelopmentPath=${extension}`, `--extensionTestsPath=${path.join(extension, 'tests.cjs')}`],
      { TRIAL_END: end },
    );
    const [stdout, stderr] = await Promise.all([run.stdout, run.stderr, run.exit]);
    return { code: run.child.exitCode, stdout, stderr };
  }

  it.concurrent('succeeds when all pass, and leaves nothing behind', async () => {
    const { code, stdout } = await runTrial('pass');
    expect(stdout).toContain('2 passing');
    expect(code).toBe(0);
  });

  it.concurrent('fails when a test fails', async () => {
    const { code, stdout } = await runTrial('fail');
    expect(stdout).toMatch(/1 passing[^]*1 failing[^]*as it should/);
    expect(code).toBe(1);
  });

  it.concurrent.each(['exit', 'kill'])('fails when the extension host ends before the tests do: %s', async (end) => {
    const { code, stdout, stderr } = await runTrial(end);
    expect(stdout).toContain('passes');
    expect(stderr).toContain('no result: the extension host ended');
    expect(code).toBe(1);
  });

  afterAll(async () => {
    const left = await readdir(temporary);
    expect(left.filter((name) => name.startsWith('hosted-tests-'))).toEqual([]);
  });
});

describe('the server', { timeout: 30_000 }, () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({ dataDir: path.join(temporary, 'server') });
  });

  afterAll(async () => {
    await server.stop();
  });

  it('writes log files', async () => {
    const [start] = await readdir(server.logsDir);
    const log = await readFile(path.join(server.logsDir, start ?? '', 'remoteagent.log'), 'utf8');
    expect(log).toMatch(/^\d{4}-\d\d-\d\d [\d:.]{12} \[info\] Extension host agent started\.$/m);
  });

  it('responds only to requests with its own host', async () => {
    const asked = (host: string) =>
      new Promise((resolve, reject) => {
        get(server.url, { headers: { host } }, (response) => {
          resolve(response.resume().statusCode);
        }).once('error', reject);
      });
    expect(await asked(new URL(server.url).host)).toBe(200);
    expect(await asked('rebound.example')).toBe(421);
  });

  it('lets only its own pages open a WebSocket, which can run programs', async () => {
    const opened = (origin: string) =>
      new Promise((resolve) => {
        const headers = {
          origin,
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        };
        const upgrade = get(`${server.url}/?reconnectionToken=1`, { headers });
        upgrade.once('upgrade', (_response, socket) => {
          socket.destroy();
          resolve(true);
        });
        upgrade.once('error', () => {
          resolve(false);
        });
      });
    expect(await opened(server.url)).toBe(true);
    expect(await opened('http://other.example')).toBe(false);
  });

  it('is a proxy that rejects connections to other computers, and reports them', async () => {
    const refused = request({
      port: server.port,
      host: '127.0.0.1',
      method: 'CONNECT',
      path: 'other.example:443',
    }).end();
    const [response] = (await once(refused, 'connect')) as [IncomingMessage];
    expect(response.statusCode).toBe(403);
    await expect.poll(() => server.outsideRequests).toContain('other.example:443');
  });

  it('keeps the encryption key of secrets across restarts', async () => {
    const key = async () =>
      Buffer.from(await (await fetch(`${server.url}/mint-key`, { method: 'POST' })).arrayBuffer());
    const first = await key();
    expect(first).toHaveLength(32);
    await server.stop();
    server = await startServer({ dataDir: path.join(temporary, 'server') });
    expect(await key()).toEqual(first);
  });

  it('reports why it cannot start', async () => {
    const starting = startServer({ dataDir: path.join(temporary, 'same-port'), port: server.port });
    await expect(starting).rejects.toThrow('EADDRINUSE');
  });

  it('ends when the process that started it is killed', async () => {
    const program = `
      import { startServer } from ${JSON.stringify(path.join(import.meta.dirname, 'server.ts'))};
      const { url } = await startServer({ dataDir: ${JSON.stringify(path.join(temporary, 'orphan'))} });
      process.stdout.write(url);`;
    const { child } = start(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {});
    const [url] = (await once(child.stdout, 'data')).map(String);
    expect((await fetch(`${url ?? ''}/version`)).status).toBe(200);
    child.kill('SIGKILL');
    await expect
      .poll(
        () =>
          fetch(`${url ?? ''}/version`).then(
            () => 'there',
            () => 'gone',
          ),
        { timeout: 5_000 },
      )
      .toBe('gone');
  });
});
