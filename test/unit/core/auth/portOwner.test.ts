import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandInLsof, portOwner, programInProc, THIS_EXTENSION } from '../../../../src/core/auth/portOwner';

const servers: Server[] = [];
const programs: ChildProcess[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'port-owner-'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** Starts a server that passes each connection to `treat`; returns its port. */
async function serve(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    treat(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts another program that listens at the address; returns its port. */
async function listenElsewhere(address: string): Promise<number> {
  const script = `const s = require('net').createServer((c) => c.destroy()).listen(0, '${address}', () => console.log(s.address().port))`;
  const program = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  programs.push(program);
  const [port] = (await once(program.stdout, 'data')) as [Buffer];
  return Number(port.toString());
}

describe('the response at a taken port', () => {
  const answering = (answer: string) =>
    serve((socket) => {
      socket.once('data', () => socket.end(answer));
    });

  it('identifies this extension, whatever the status', async () => {
    const port = await answering('HTTP/1.1 421 Misdirected Request\r\nServer: alexa-network-mapping\r\n\r\n');
    expect(await portOwner(port)).toBe(THIS_EXTENSION);
  });

  it.each([
    ['from another server', 'HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n'],
    ['from a server with a longer name', 'HTTP/1.1 200 OK\r\nServer: alexa-network-mapping-proxy\r\n\r\n'],
    ['with the name in its body', 'HTTP/1.1 200 OK\r\n\r\nServer: alexa-network-mapping\r\n\r\n'],
    ['that is empty', ''],
    ['that never ends', 'x'.repeat(1_000_000)],
  ])('%s does not identify this extension', async (_how, answer) => {
    expect(await portOwner(await answering(answer))).not.toBe(THIS_EXTENSION);
  });

  it('is not waited for when it never comes or comes a byte at a time', async () => {
    expect(await portOwner(await serve(() => undefined))).not.toBe(THIS_EXTENSION);
    const dripping = await serve((socket) => {
      const drip = setInterval(() => socket.write('x'), 100);
      socket.once('close', () => {
        clearInterval(drip);
      });
    });
    expect(await portOwner(dripping)).not.toBe(THIS_EXTENSION);
  });

  it('that is a closed connection does not identify this extension', async () => {
    expect(await portOwner(await serve((socket) => socket.resetAndDestroy()))).not.toBe(THIS_EXTENSION);
  });
});

describe.runIf(process.platform === 'linux')('another program that listens', () => {
  const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === 'IPv6'));

  it.each(['127.0.0.1', '0.0.0.0', ...(hasIPv6 ? ['::', '::ffff:127.0.0.1'] : [])])(
    'at %s is named',
    async (address) => {
      const port = await listenElsewhere(address);
      expect(await portOwner(port)).toBe(basename(await realpath(process.execPath)));
    },
  );

  it('at another address is not reported', async () => {
    expect(await portOwner(await listenElsewhere('127.0.0.2'))).toBeUndefined();
  });

  it.runIf(hasIPv6)('at ::1 is reported for ::1 only', async () => {
    const port = await listenElsewhere('::1');
    expect(await portOwner(port)).toBeUndefined();
    expect(await portOwner(port, '::1')).toBe(basename(await realpath(process.execPath)));
    expect(await portOwner(await listenElsewhere('127.0.0.1'), '::1')).toBeUndefined();
  });

  it('is not named after it has stopped listening', async () => {
    const port = await listenElsewhere('127.0.0.1');
    const [program] = programs;
    program?.kill('SIGKILL');
    if (program) await once(program, 'exit');
    expect(await portOwner(port)).toBeUndefined();
  });
});

describe("the kernel's list of sockets", () => {
  const PORT = 0x2382;
  const line = (address: string, state: string, inode: string) =>
    `   0: ${address}:2382 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0`;

  async function addProcess(pid: string, { exe, comm, links }: { exe?: string; comm?: string; links: string[] }) {
    await mkdir(join(folder, pid, 'fd'), { recursive: true });
    for (const [index, link] of links.entries()) await symlink(link, join(folder, pid, 'fd', String(index)));
    if (exe !== undefined) await symlink(exe, join(folder, pid, 'exe'));
    if (comm !== undefined) await writeFile(join(folder, pid, 'comm'), `${comm}\n`);
  }

  async function sockets(...lines: string[]) {
    await mkdir(join(folder, 'net'));
    await writeFile(join(folder, 'net', 'tcp'), ['  sl  local_address rem_address   st …', ...lines, ''].join('\n'));
  }

  it('leads to the process that has the socket', async () => {
    await sockets(line('0100007F', '01', '41'), line('0100007F', '0A', '42'));
    await addProcess('7', { exe: '/usr/bin/other', links: ['/dev/null', 'socket:[41]', 'socket:[420]'] });
    await addProcess('9', { exe: '/opt/prometheus/prometheus', links: ['/dev/null', 'pipe:[42]', 'socket:[42]'] });
    await addProcess('self', { exe: '/usr/bin/self', links: ['socket:[42]'] });
    expect(await programInProc(PORT, '127.0.0.1', folder)).toBe('prometheus');
    expect(await programInProc(PORT + 1, '127.0.0.1', folder)).toBeUndefined();
  });

  it.each([
    ['a connection', line('0100007F', '01', '42')],
    ['another address', line('0200007F', '0A', '42')],
    ['a socket without inode', line('0100007F', '0A', '0')],
    ['a truncated line', '   0: 0100007F:2382'],
    ['arbitrary data', '\u0000'.repeat(1000)],
  ])('yields no program for %s', async (_what, text) => {
    await sockets(text);
    await addProcess('9', { exe: '/usr/bin/x', links: ['socket:[42]', 'socket:[0]', 'socket:[]'] });
    expect(await programInProc(PORT, '127.0.0.1', folder)).toBeUndefined();
  });

  it('yields no program when the files of other users’ processes cannot be read', async () => {
    await sockets(line('00000000', '0A', '42'));
    await mkdir(join(folder, '9'));
    expect(await programInProc(PORT, '127.0.0.1', folder)).toBeUndefined();
  });

  it('yields no program when it is missing', async () => {
    expect(await programInProc(PORT, '127.0.0.1', folder)).toBeUndefined();
  });

  it.each([
    [{ exe: '/usr/bin/node (deleted)', comm: 'MainThread' }, 'node'],
    [{ comm: 'docker-proxy' }, 'docker-proxy'],
    [{ exe: '/tmp/a\u202eb\nc\u001b[31m' }, 'ab c[31m'],
    [{ exe: `/tmp/${'x'.repeat(200)}` }, `${'x'.repeat(64)}…`],
    [{ comm: '\u200b' }, undefined],
    [{}, undefined],
  ])('is shown with printable names: %j', async (names, shown) => {
    await sockets(line('0100007F', '0A', '42'));
    await addProcess('9', { ...names, links: ['socket:[42]'] });
    expect(await programInProc(PORT, '127.0.0.1', folder)).toBe(shown);
  });
});

describe('the output of lsof', () => {
  it.each([
    ['p4711\ncprometheus\nf12\n', 'prometheus'],
    ['p1\nccom.docker.backend\nf3\np2\ncother\nf4\n', 'com.docker.backend'],
    ['p1\nca\u202eb\u001b[31m\nf3\n', 'ab[31m'],
    ['', undefined],
    ['p1\nf3\n', undefined],
  ])('%j yields %j', (output, name) => {
    expect(commandInLsof(output)).toBe(name);
  });
});
