import type { AttemptRecord } from '../api/networkMappingClient';
import { displayText } from '../core/displayText';
import { redact } from '../core/redaction';

/** The part of VS Code's LogOutputChannel that is needed here. */
interface Log {
  info(message: string): void;
  debug(message: string): void;
}

/** The only headers of an answer that are written. Those of a request never are: one holds the access token. */
const HEADERS = ['content-type', 'content-length', 'date', 'retry-after'];

/** Writes one line for each attempt, and more about its answer when the log's level is Debug. */
export function logAttempt(log: Log, attempt: AttemptRecord): void {
  const { requestKey, method, path, outcome, durationMs, requestId } = attempt;
  const fault = attempt.fault ? ` (${attempt.fault})` : '';
  log.info(`[${requestKey}] ${method} ${path} ${outcome}${fault} ${durationMs} ms`);
  const details = HEADERS.map((name) => ({ name, value: attempt.headers?.get(name) }));
  const lines = [{ name: 'request id', value: requestId }, ...details].flatMap(({ name, value }) =>
    value ? [`${name}: ${displayText(redact(value), 128)}`] : [],
  );
  if (lines.length > 0) log.debug(`[${requestKey}] ${lines.join(', ')}`);
}
