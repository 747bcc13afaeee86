import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommandLine, type ExitCode } from '../../src/cli/commandLine';
import type { Environment } from '../../src/cli/environment';
import type { Simulator } from '../simulator/simulator';

/** What a run of the command line has printed, and how it ended. */
export interface CommandLineRun {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
}

/** A folder with files, in which commands run against a simulator. */
export class CommandLineFolder {
  private constructor(
    readonly path: string,
    private readonly simulator: Pick<Simulator, 'url' | 'tokenEndpoint' | 'control'>,
  ) {}

  static async create(simulator: Pick<Simulator, 'url' | 'tokenEndpoint' | 'control'>): Promise<CommandLineFolder> {
    return new CommandLineFolder(await mkdtemp(path.join(tmpdir(), 'command-line-')), simulator);
  }

  /** The endpoints of the simulator, and a valid access token. */
  get environment(): Environment {
    const { url, tokenEndpoint, control } = this.simulator;
    return {
      LWA_ACCESS_TOKEN: control.demo.accessToken,
      ALEXA_NETWORK_MAPPING_API_ENDPOINT: url,
      ALEXA_NETWORK_MAPPING_TOKEN_ENDPOINT: tokenEndpoint,
    };
  }

  async write(name: string, content: string | object): Promise<void> {
    const text = typeof content === 'string' ? content : JSON.stringify(content, undefined, 2);
    await writeFile(path.join(this.path, name), text);
  }

  /**
   * Runs a command.
   *
   * @param some.answers what is answered to each question; without it, there is no terminal
   */
  async run(
    args: readonly string[],
    some: {
      readonly environment?: Environment;
      readonly answers?: (question: string) => string | Promise<string>;
      readonly stopSignal?: AbortSignal;
    } = {},
  ): Promise<CommandLineRun> {
    const { answers, environment = this.environment, stopSignal = new AbortController().signal } = some;
    let out = '';
    let error = '';
    const code = await runCommandLine(args, {
      environment,
      folder: this.path,
      terminal: {
        out: (text) => {
          out += text;
        },
        error: (text) => {
          error += text;
        },
        progress: () => undefined,
        ask:
          answers &&
          (async (question) => {
            out += question;
            return answers(question);
          }),
        stopSignal,
      },
    });
    return { code, out, error };
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
