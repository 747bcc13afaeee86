import type { IncomingMessage } from 'node:http';

/** A request as received, with its whole body. */
export interface Incoming {
  method: string;
  /** Path and query, exactly as sent. */
  url: string;
  path: string;
  query: string | undefined;
  /** Header names as sent, in order. */
  headerNames: string[];
  /** All values of a header. */
  header: (name: string) => string[];
  /** Content-Type without its parameters, in lower case; empty if there is none. */
  mediaType: string;
  bytes: Buffer;
  text: string;
  tooLarge: boolean;
}

/** Far larger than any documented request. */
const maxBodyBytes = 256 * 1024;

/** Reads a whole request. */
export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const url = request.url ?? '';
  const queryAt = url.indexOf('?');
  const pairs = Array.from({ length: request.rawHeaders.length / 2 }, (_, index) => ({
    name: request.rawHeaders[2 * index] ?? '',
    value: request.rawHeaders[2 * index + 1] ?? '',
  }));
  const header = (name: string) =>
    pairs.filter((pair) => pair.name.toLowerCase() === name.toLowerCase()).map((pair) => pair.value);
  return {
    method: request.method ?? '',
    url,
    path: queryAt < 0 ? url : url.slice(0, queryAt),
    query: queryAt < 0 ? undefined : url.slice(queryAt + 1),
    headerNames: pairs.map((pair) => pair.name),
    header,
    mediaType: (header('content-type')[0] ?? '').split(';', 1).join('').trim().toLowerCase(),
    bytes,
    text: bytes.toString('utf8'),
    tooLarge: size > maxBodyBytes,
  };
}
