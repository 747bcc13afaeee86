// What is loaded on first use; loaded here because virtual time does not wait for it.
import '../../../src/core/mappings/lookUp';
import { runCommandLine, type ExitCode } from '../../../src/cli/commandLine';
import { never } from '../expectImmediate';
import type { Hand } from './hand';
import type { SharedService } from './sharedService';

/** A run of the command line, with its own journal. */
export class CommandLineHand {
  /** What it printed, and how it ended; undefined while it runs, and if its process ended before. */
  result: { readonly code: ExitCode; readonly out: string; readonly error: string } | undefined;
  readonly journal: string;

  constructor(
    readonly hand: Hand,
    private readonly service: SharedService,
    readonly args: readonly string[],
  ) {
    this.journal = `/command-line/${hand.pid}.jsonl`;
  }

  /** @param stopsAfterMs when Ctrl+C is pressed, in milliseconds; undefined for never */
  async run(stopsAfterMs: number | undefined): Promise<void> {
    const { hand, service } = this;
    const stop = new AbortController();
    const timer =
      stopsAfterMs === undefined
        ? undefined
        : setTimeout(() => {
            stop.abort();
          }, stopsAfterMs);
    let out = '';
    let error = '';
    const command = runCommandLine([...this.args, ...(this.args[0] === 'apply' ? ['--journal', this.journal] : [])], {
      environment: { LWA_ACCESS_TOKEN: service.tokenFor(hand), ALEXA_NETWORK_MAPPING_API_ENDPOINT: service.url },
      folder: '/command-line',
      terminal: {
        out: (text) => (out += text),
        error: (text) => (error += text),
        progress: () => undefined,
        ask: undefined,
        stopSignal: stop.signal,
      },
    });
    const ended = new Promise<undefined>((resolve) => {
      hand.onEnd(() => {
        resolve(undefined);
      });
    });
    const code = await Promise.race([command.then((each) => (hand.isAlive ? each : never<ExitCode>())), ended]);
    clearTimeout(timer);
    if (code === undefined) return;
    this.result = { code, out, error };
    hand.end();
  }
}
