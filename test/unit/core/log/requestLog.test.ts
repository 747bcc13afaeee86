import { describe, expect, it } from 'vitest';
import { shownHeaders } from '../../../../src/core/api/httpResponse';
import type { AttemptRecord } from '../../../../src/core/api/serviceClient';
import { logRequest } from '../../../../src/core/log/requestLog';
import { ACCESS_TOKEN } from '../../../support/builders';

const LEVELS = { off: 0, trace: 1, debug: 2, info: 3 };

function logged(some: Partial<AttemptRecord> = {}, logLevel = LEVELS.debug): { info: string[]; debug: string[] } {
  const lines = { info: [] as string[], debug: [] as string[] };
  const log = {
    logLevel,
    info: (line: string) => lines.info.push(line),
    debug: (line: string) => lines.debug.push(line),
  };
  logRequest(log, {
    requestKey: 'a1b2',
    operation: 'get',
    method: 'GET',
    path: '/v1/communications/serviceProviders/p/network',
    startedAtMs: 0,
    durationMs: 43,
    outcome: 200,
    ...some,
  });
  return lines;
}

describe('the log', () => {
  it('has one line for each attempt: key, method, path, status and milliseconds', () => {
    expect(logged()).toEqual({
      info: ['[a1b2] GET /v1/communications/serviceProviders/p/network 200 43 ms'],
      debug: [],
    });
  });

  it('has the network error code when there was no response', () => {
    expect(logged({ outcome: 'network', fault: 'ECONNRESET' }).info[0]).toContain('network (ECONNRESET) 43 ms');
  });

  it('has only allowed headers, and none at its usual level', () => {
    const received = new Headers({ 'content-type': 'application/json', 'set-cookie': 'session=1', 'x-other': 'other' });
    const headers = () => shownHeaders(received, []);
    expect(logged({ headers, requestId: 'id-1' }).debug).toEqual([
      '[a1b2] request ID: id-1, content-type: application/json',
    ]);
    expect(logged({ headers }, LEVELS.trace).debug).toHaveLength(1);
    const unused = () => {
      throw new Error('the headers are not logged');
    };
    for (const level of [LEVELS.info, LEVELS.off]) expect(logged({ headers: unused }, level).debug).toEqual([]);
  });

  it('has no token, even when a response repeats it in a logged header', () => {
    const received = new Headers({
      'content-type': `text/plain; token=${ACCESS_TOKEN}`,
      'retry-after': ACCESS_TOKEN.slice(5),
      date: Buffer.from(ACCESS_TOKEN).toString('base64'),
    });
    expect(logged({ headers: () => shownHeaders(received, [ACCESS_TOKEN]) }).debug.join()).toMatch(
      /^\[a1b2\] content-type: text\/plain; token=\[redacted\], date: \[redacted\]\w?=*, retry-after: \[redacted\]$/,
    );
  });
});
