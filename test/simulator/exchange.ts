import type { ServerResponse } from 'node:http';
import type { Answer } from './answer';
import type { RecordedRequest, RequestLog } from './requestLog';

/** One request and its response. Updates the record of the request. */
export class Exchange {
  readonly record: RecordedRequest;
  readonly #response: ServerResponse;
  readonly #log: RequestLog;

  constructor(response: ServerResponse, record: RecordedRequest, log: RequestLog) {
    this.#response = response;
    this.record = record;
    this.#log = log;
    response.once('finish', () => {
      log.update(record, { ended: 'answered' });
    });
    response.once('close', () => {
      if (record.ended === 'open') log.update(record, { ended: 'clientGone' });
    });
  }

  update(change: Parameters<RequestLog['update']>[1]): void {
    this.#log.update(this.record, change);
  }

  /** Whether the connection is closed. */
  get gone(): boolean {
    return this.#response.destroyed;
  }

  /** Calls back when the response has ended or the connection is closed; immediately if it is already. */
  whenOver(callback: () => void): void {
    if (this.gone) callback();
    else this.#response.once('close', callback);
  }

  /** Sends the whole response; `null` omits the request ID. */
  send(answer: Answer, requestIdHeader: string | null = 'x-amzn-RequestId'): void {
    if (this.gone) return;
    // A 204 has none (RFC 9110, 8.6).
    const length = answer.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(answer.body ?? '')) };
    this.writeHead(answer, requestIdHeader, length);
    this.#response.end(answer.body);
  }

  /** Sends status and headers only; without a length, so that the client waits for the end. */
  sendHead(answer: Answer): void {
    if (this.gone) return;
    this.writeHead(answer, 'x-amzn-RequestId', {});
    this.#response.flushHeaders();
  }

  /** Sends a part of a body, after {@link sendHead}; resolves when it was passed to the operating system. */
  sendPart(part: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      this.#response.write(part, () => {
        resolve();
      });
    });
  }

  end(): void {
    this.#response.end();
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.update({ ended: 'reset' });
    this.#response.socket?.resetAndDestroy();
  }

  private writeHead(
    answer: Answer,
    requestIdHeader: string | null,
    more: { readonly 'Content-Length'?: string },
  ): void {
    const retryAfter = answer.headers?.['Retry-After'];
    this.update({ status: answer.status, ...(retryAfter !== undefined && { retryAfter }) });
    this.#response.writeHead(answer.status, {
      ...(requestIdHeader !== null && { [requestIdHeader]: this.record.requestId }),
      ...(answer.body !== undefined && answer.contentType !== undefined && { 'Content-Type': answer.contentType }),
      ...more,
      ...answer.headers,
    });
  }
}
