import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { sanitizeText } from '../text/sanitizeText';

/** The `Server` header of a sign-in's listener, by which other windows recognize it. */
export const SERVER_NAME = 'alexa-network-mapping';

/** A sign-in of this extension listens on the port, most likely in another window. */
export const THIS_EXTENSION = Symbol('this extension');

/** The loopback addresses of a machine. */
export type Loopback = '127.0.0.1' | '::1';

const ANSWER_LIMIT_MS = 1000;
const SEARCH_LIMIT_MS = 2000;

/** In bytes. Enough for a response's headers, and for the listening sockets, which come first in the kernel's list. */
const LONGEST_ANSWER = 4096;
const LONGEST_LIST = 1_048_576;

/** In characters. It is displayed in the middle of a sentence. */
const LONGEST_NAME = 64;

/**
 * Finds the program that listens on a port of this machine, within a few seconds. Never rejects.
 *
 * @param address the loopback address at which the port is needed
 * @returns the program's name, safe to display; undefined if unknown
 */
export async function portOwner(
  port: number,
  address: Loopback = '127.0.0.1',
): Promise<string | typeof THIS_EXTENSION | undefined> {
  if (await answersAsThisExtension(port, address)) return THIS_EXTENSION;
  try {
    if (process.platform === 'linux') return await programInProc(port, address);
    if (process.platform === 'darwin') return await programOfLsof(port);
  } catch {
    // The system does not show it: the port is reported as in use without a name.
  }
  return undefined;
}

/**
 * Whether a sign-in of this extension listens there. Uses a bare socket, because VS Code may send `node:http` requests
 * to a proxy, and because the listener may not speak HTTP. Sends HEAD, which has no side effects.
 */
async function answersAsThisExtension(port: number, address: Loopback): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address);
    let answer = '';
    const end = () => {
      clearTimeout(limit);
      socket.destroy();
      const [head = ''] = answer.split('\r\n\r\n', 1);
      resolve(head.split('\r\n').includes(`Server: ${SERVER_NAME}`));
    };
    // A limit on the whole exchange: a program that sends a byte now and then would never reach an idle timeout.
    const limit = setTimeout(end, ANSWER_LIMIT_MS);
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      if (answer.length >= LONGEST_ANSWER || answer.includes('\r\n\r\n')) end();
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write('HEAD / HTTP/1.0\r\n\r\n');
  });
}

/**
 * Finds the port among Linux's listening sockets, then the process that owns the socket. Cannot inspect processes of
 * other users.
 *
 * @param proc the path of the proc file system
 * @see https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
export async function programInProc(
  port: number,
  address: Loopback = '127.0.0.1',
  proc = '/proc',
): Promise<string | undefined> {
  const endsAtMs = performance.now() + SEARCH_LIMIT_MS;
  const lists = await Promise.all(['tcp', 'tcp6'].map((name) => beginning(join(proc, 'net', name))));
  const sockets = new Set(
    lists.flatMap((list) => listeningSockets(list, port, address)).map((inode) => `socket:[${inode}]`),
  );
  if (sockets.size === 0) return undefined;
  const processes = (await readdir(proc)).filter((name) => /^\d+$/.test(name));
  for (const folder of processes.map((pid) => join(proc, pid))) {
    if (performance.now() > endsAtMs) return undefined;
    if (await hasOpen(folder, sockets)) return programName(folder);
  }
  return undefined;
}

/** Returns the beginning of a file; empty if it cannot be read. */
async function beginning(path: string): Promise<string> {
  let text = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'latin1', end: LONGEST_LIST })) text += String(chunk);
  } catch {
    // Without IPv6 there is no such list.
  }
  return text;
}

/** The state of a listening socket. */
const LISTEN = '0A';

const ANY_IPV6 = '0'.repeat(32);

/**
 * The addresses, as the kernel writes them, that block the needed one: the address itself, 127.0.0.1 mapped to IPv6,
 * and "any address".
 */
const IN_THE_WAY: Readonly<Record<Loopback, readonly string[]>> = {
  '127.0.0.1': ['0100007F', '00000000', '0000000000000000FFFF00000100007F', ANY_IPV6],
  '::1': ['00000000000000000000000001000000', ANY_IPV6],
};

/** @param list lines of `sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode …`, numbers hexadecimal */
function listeningSockets(list: string, port: number, needed: Loopback): string[] {
  return list.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', localPort = ''] = local.split(':');
    const matches = state === LISTEN && Number.parseInt(localPort, 16) === port && IN_THE_WAY[needed].includes(address);
    return matches && /^[1-9]\d*$/.test(inode) ? [inode] : [];
  });
}

async function hasOpen(processFolder: string, links: ReadonlySet<string>): Promise<boolean> {
  const folder = join(processFolder, 'fd');
  const files = await readdir(folder).catch(() => []);
  // A process may have a million open files; a listener opens its socket early.
  const opened = await Promise.all(files.slice(0, 4096).map((file) => readlink(join(folder, file)).catch(() => '')));
  return opened.some((link) => links.has(link));
}

/** Returns the executable's name, not `comm`: that is cut to 15 bytes, and "MainThread" for many Node.js versions. */
async function programName(processFolder: string): Promise<string | undefined> {
  const executable = await readlink(join(processFolder, 'exe')).catch(() => '');
  // The kernel appends this when a program was updated while running.
  const name = basename(executable.replace(/ \(deleted\)$/, ''));
  return shown(name || (await readFile(join(processFolder, 'comm'), 'utf8').catch(() => '')));
}

async function programOfLsof(port: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('/usr/sbin/lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fc'], {
    timeout: SEARCH_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  return commandInLsof(stdout);
}

/** @param output of `lsof -Fc`: one line per field, which begins with the field's letter; `c` is the command */
export function commandInLsof(output: string): string | undefined {
  return shown(/^c(.+)$/m.exec(output)?.[1] ?? '');
}

/** Sanitizes a name, because any program can choose any name. */
function shown(name: string): string | undefined {
  return sanitizeText(name, LONGEST_NAME) || undefined;
}
