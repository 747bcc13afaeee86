import type { AttemptRecord } from '../api/networkMappingClient';

/** The part of VS Code's LogOutputChannel that is needed here. */
interface Log {
  info(message: string): void;
  debug(message: string): void;
}

/**
 * Writes one line for each attempt, and more about its answer when the log's level is Debug. The client gives the headers that may
 * be written, and no secret in them.
 */
export function logRequest(log: Log, attempt: AttemptRecord): void {
  const { requestKey, method, path, outcome, durationMs, requestId } = attempt;
  const fault = attempt.fault ? ` (${attempt.fault})` : '';
  log.info(`[${requestKey}] ${method} ${path} ${outcome}${fault} ${durationMs} ms`);
  const details = Object.entries({ ...(requestId && { 'request ID': requestId }), ...attempt.headers });
  if (details.length > 0) log.debug(`[${requestKey}] ${details.map((each) => each.join(': ')).join(', ')}`);
}
