/**
 * The module that the extension host runs, which runs the tests' own module, forwards their output, and reports whether they
 * passed. VS Code itself also reports success if the extension host died.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { format } from 'node:util';

/** A line of JSON sent to the process that started the tests. */
export type TestMessage = { readonly print: string } | { readonly passed: boolean };

/** The environment variables with the socket for messages and the module with the tests' `run`. */
export const environment = { socket: 'HOSTED_TESTS_SOCKET', module: 'HOSTED_TESTS_MODULE' } as const;

export async function run(): Promise<void> {
  const socket = connect(process.env[environment.socket] ?? '');
  await once(socket, 'connect');
  const send = (message: TestMessage) => socket.write(`${JSON.stringify(message)}\n`);
  redirectOutput((print) => send({ print }));
  try {
    const module = process.env[environment.module] ?? '';
    const tests = createRequire(module)(module) as { run(): Promise<void> };
    await tests.run();
    send({ passed: true });
  } catch (error) {
    console.error(error);
    send({ passed: false });
    throw error;
  } finally {
    await flushed(socket);
  }
}

function redirectOutput(print: (text: string) => void): void {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    replace(console, method, (...values: unknown[]) => {
      print(`${format(...values)}\n`);
    });
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const write = (chunk: Buffer, _encoding: string, done: () => void) => {
      print(chunk.toString());
      done();
    };
    replace(process, stream, new Writable({ write }));
  }
}

/** Redefines a property: VS Code has defined accessors on these objects that ignore assignments. */
function replace<T>(object: T, name: keyof T, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

async function flushed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.end(resolve);
  });
}
