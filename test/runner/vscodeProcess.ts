import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Launch, ServerMessage } from './vscodeEntry';

/** How a process ended: its exit code or the signal that killed it. */
export type End = number | NodeJS.Signals;

const gracePeriod = 3_000;

/**
 * A process that runs VS Code in its own process group: stopping it stops everything it has started. The group ends with this
 * process, even if this one is killed (see vscodeEntry.ts).
 */
export class VsCodeProcess {
  readonly ended: Promise<End>;
  /** The rejected requests of VS Code and its extensions to other computers. */
  readonly outsideRequests: string[] = [];
  readonly #port: Promise<number>;
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor(
    [node, ...entry]: readonly [node: string, ...optionsAndEntry: string[]],
    launch: Launch,
    env: NodeJS.ProcessEnv,
    logFile: string,
  ) {
    this.#logFile = logFile;
    const log = openSync(logFile, 'a');
    this.#child = spawn(node, [...entry, JSON.stringify(launch)], {
      detached: true,
      env,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        console.error(error);
        resolve(127);
      });
      this.#child.once('exit', (code, signal) => {
        resolve(code ?? signal ?? 1);
      });
    });
    this.#port = new Promise((resolve) => {
      this.#child.on('message', (message: ServerMessage) => {
        if ('port' in message) resolve(message.port);
        else this.outsideRequests.push(message.outside);
      });
    });
  }

  /** Resolves with the port when VS Code is listening; rejects with its output if it ends or the timeout elapses. */
  async listening(timeout: number): Promise<number> {
    const ended = this.ended.then((end) => `ended with ${end}`);
    const late = delay(timeout, `did not listen within ${timeout} ms`, { ref: false });
    const outcome = await Promise.race([this.#port, ended, late]);
    if (typeof outcome === 'number') return outcome;
    throw this.failure(outcome);
  }

  /** An error with a description and the last output of VS Code. */
  failure(what: string): Error {
    return new Error(`VS Code ${what}\n${readFileSync(this.#logFile, 'utf8').slice(-4000)}`);
  }

  /** Ends the whole group: with SIGTERM first, and with SIGKILL after the grace period. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    await Promise.race([this.ended, delay(gracePeriod, undefined, { ref: false })]);
    this.#signal('SIGKILL');
    await this.ended;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group has ended already.
    }
  }
}

/**
 * This process's environment without the variables that another VS Code (in whose terminal this may run) or a test runner
 * sets for its own child processes.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_(?!HOST_)|ELECTRON_|VITEST|NODE_OPTIONS$|npm_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
