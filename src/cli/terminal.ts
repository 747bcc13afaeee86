import { redactIssued } from '../core/text/redaction';

/** What the command line reads from and writes to. */
export interface Terminal {
  /** For results: what a pipe or a file gets. */
  readonly out: (text: string) => void;
  /** For people: errors, warnings and what is left alone. */
  readonly error: (text: string) => void;
  /** Replaces the line of progress, or removes it if empty; does nothing in a log. */
  readonly progress: (text: string) => void;
  /** Asks a question; undefined without a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Aborted by Ctrl+C. */
  readonly stopSignal: AbortSignal;
}

/**
 * Returns a terminal that shows no secret. A second line of defense: no text contains one.
 *
 * @param secrets those of the environment
 */
export function withoutSecrets(terminal: Terminal, secrets: readonly string[]): Terminal {
  const safe = (text: string) =>
    secrets.reduce((result, secret) => result.replaceAll(secret, '[redacted]'), redactIssued(text));
  const { ask } = terminal;
  return {
    ...terminal,
    out: (text) => {
      terminal.out(safe(text));
    },
    error: (text) => {
      terminal.error(safe(text));
    },
    progress: (text) => {
      terminal.progress(safe(text));
    },
    ask: ask && ((question) => ask(safe(question))),
  };
}
