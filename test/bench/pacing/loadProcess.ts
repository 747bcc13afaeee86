import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { bundleInto } from '../bundle';
import type { Bench } from '../measurement';
import type { Job, Results } from './messages';

/**
 * A process for the callers, with the client bundled as shipped, so that they do not delay the simulators in this process.
 */
export class LoadProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly signal: AbortSignal,
  ) {}

  static async start({ dir, signal }: Bench): Promise<LoadProcess> {
    return new LoadProcess(fork(await bundleInto(dir, 'pacingLoad')), signal);
  }

  /** @throws if the process has failed, or with the signal's reason */
  async run(jobs: readonly Job[]): Promise<Results> {
    this.signal.throwIfAborted();
    const over = new AbortController();
    const signal = AbortSignal.any([this.signal, over.signal]);
    const exit = once(this.child, 'exit', { signal }).then(([code]) => {
      throw new Error(`the process of the callers has ended with ${String(code)}`);
    });
    try {
      const answer = once(this.child, 'message', { signal });
      this.child.send(jobs);
      const [results] = (await Promise.race([answer, exit])) as [Results];
      return results;
    } catch (error) {
      this.signal.throwIfAborted();
      throw error;
    } finally {
      exit.catch(() => undefined);
      over.abort();
    }
  }

  stop(): void {
    this.child.kill();
  }
}
