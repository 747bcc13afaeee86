import type { AttemptRecord } from '../api/serviceClient';

/** The used part of VS Code's LogOutputChannel. */
interface Log {
  readonly logLevel: number;
  info(message: string): void;
  debug(message: string): void;
}

/** VS Code's `LogLevel.Debug`. Lower levels log more, except 0, which logs nothing. */
const DEBUG = 2;

/**
 * Logs one line per attempt, and more about its response at level Debug. The client passes only headers that may be
 * logged, without secrets.
 */
export function logRequest(log: Log, attempt: AttemptRecord): void {
  const { requestKey, method, path, outcome, durationMs, requestId } = attempt;
  const fault = attempt.fault ? ` (${attempt.fault})` : '';
  log.info(`[${requestKey}] ${method} ${path} ${outcome}${fault} ${durationMs} ms`);
  if (log.logLevel === 0 || log.logLevel > DEBUG) return;
  const details = Object.entries({ ...(requestId && { 'request ID': requestId }), ...attempt.headers?.() });
  if (details.length > 0) log.debug(`[${requestKey}] ${details.map((each) => each.join(': ')).join(', ')}`);
}
