import type { ServerResponse } from 'node:http';
import type { Answer } from './answer';
import type { RecordedRequest, RequestLog } from './requestLog';

/** One request and the way to answer it. Keeps the record of what became of it. */
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

  note(change: Parameters<RequestLog['update']>[1]): void {
    this.#log.update(this.record, change);
  }

  /** Whether anybody is still there to read an answer. */
  get gone(): boolean {
    return this.#response.destroyed;
  }

  /** Calls back when the connection or the answer is over; at once if it is already. */
  whenOver(callback: () => void): void {
    if (this.gone) callback();
    else this.#response.once('close', callback);
  }

  /** The whole answer; `null` leaves the request id out. */
  send(answer: Answer, requestIdHeader: string | null = 'x-amzn-RequestId'): void {
    if (this.gone) return;
    const length = { 'Content-Length': String(Buffer.byteLength(answer.body ?? '')) };
    this.writeHead(answer, requestIdHeader, length);
    this.#response.end(answer.body);
  }

  /** Status and headers alone; without a length, so that whoever reads waits for the end. */
  sendHead(answer: Answer): void {
    if (this.gone) return;
    this.writeHead(answer, 'x-amzn-RequestId', {});
    this.#response.flushHeaders();
  }

  /** Part of a body, after {@link sendHead}; resolves when it was handed to the network. */
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
    this.note({ ended: 'reset' });
    this.#response.socket?.resetAndDestroy();
  }

  private writeHead(answer: Answer, requestIdHeader: string | null, more: Record<string, string>): void {
    const retryAfter = answer.headers?.['Retry-After'];
    this.note({ status: answer.status, ...(retryAfter !== undefined && { retryAfter }) });
    this.#response.writeHead(answer.status, {
      ...(requestIdHeader !== null && { [requestIdHeader]: this.record.requestId }),
      ...(answer.body !== undefined && answer.contentType !== undefined && { 'Content-Type': answer.contentType }),
      ...more,
      ...answer.headers,
    });
  }
}
