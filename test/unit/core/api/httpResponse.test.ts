import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isHtml,
  parseBody,
  requestIdOf,
  retryAfterMs,
  serviceError,
  type HttpResponse,
} from '../../../../src/core/api/httpResponse';
import { ChangeBody, NetworkMappingBody } from '../../../../src/core/api/schemas';
import { anyText } from '../../../support/arbitraries';
import { ACCESS_TOKEN, ODD_ACCESS_TOKEN, SKILL } from '../../../support/builders';

function anAnswer(body: string, headers: Record<string, string> = {}, some: Partial<HttpResponse> = {}): HttpResponse {
  return { status: 400, headers: new Headers(headers), body, complete: true, ...some };
}

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const wait = (value: string, date?: string) =>
  retryAfterMs(new Headers({ 'Retry-After': value, ...(date !== undefined && { Date: date }) }), NOW);
const httpDate = (ms: number) => new Date(ms).toUTCString();
const DAY_MS = 24 * 3_600_000;

describe('the wait that a response asks for', () => {
  it('is read as seconds', () => {
    expect(wait('0')).toBe(0);
    expect(wait('2')).toBe(2000);
    expect(wait(' 120 ')).toBe(120_000);
  });

  it('is read as each format of an HTTP date; a past date means now', () => {
    expect(wait('Fri, 02 Jan 2026 03:04:35 GMT')).toBe(30_000);
    expect(wait('Friday, 02-Jan-26 03:04:35 GMT')).toBe(30_000);
    expect(wait('Thu, 01 Jan 2026 00:00:00 GMT')).toBe(0);
  });

  it.each([-365 * DAY_MS, -DAY_MS, -300_000, 0, 7_200_000, 40 * DAY_MS])(
    'is counted from the date of the response when the local clock is %i ms ahead',
    (aheadMs) => {
      const sentAtMs = NOW - aheadMs;
      expect(wait(httpDate(sentAtMs + 2_000), httpDate(sentAtMs))).toBe(2_000);
      expect(wait(httpDate(sentAtMs - 1_000), httpDate(sentAtMs))).toBe(0);
      expect(wait(httpDate(sentAtMs), httpDate(sentAtMs))).toBe(0);
    },
  );

  it.each(['', 'soon', '0', '2026', 'Fri, 99 Foo 2026', httpDate(0), httpDate(Date.UTC(2099, 0))])(
    'is counted by the local clock when the date of the response is "%s"',
    (date) => {
      expect(wait(httpDate(NOW + 30_000), date)).toBe(30_000);
    },
  );

  it('is a day at most', () => {
    expect(wait('172800')).toBe(DAY_MS);
    expect(wait('9'.repeat(15))).toBe(DAY_MS);
    expect(wait(httpDate(NOW + 3 * DAY_MS), httpDate(NOW))).toBe(DAY_MS);
    expect(wait(httpDate(NOW + 3 * DAY_MS))).toBe(DAY_MS);
    expect(wait(httpDate(NOW - 3 * DAY_MS), httpDate(NOW))).toBe(0);
  });

  it.each(['', 'in a while', 'soon 5', '-5', '1e3', 'NaN', '2 seconds', '12:00', 'Infinity'])(
    'is ignored when it is "%s"',
    (value) => {
      expect(wait(value)).toBeUndefined();
    },
  );

  it('is a number of milliseconds or undefined for any header', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const result = wait(value);
        if (result !== undefined) expect(result).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(retryAfterMs(new Headers(), NOW)).toBeUndefined();
  });
});

describe('the request ID for support', () => {
  it.each(['x-amzn-RequestId', 'x-amzn-requestid', 'X-AMZN-REQUESTID', 'x-amzn-request-id', 'x-amz-request-id'])(
    'is found in %s',
    (name) => {
      expect(requestIdOf(new Headers({ [name]: 'abc-123' }), [ACCESS_TOKEN])).toBe('abc-123');
    },
  );

  it('is missing when the service sent none', () => {
    expect(requestIdOf(new Headers(), [ACCESS_TOKEN])).toBeUndefined();
  });

  it.each([ACCESS_TOKEN, ODD_ACCESS_TOKEN])('never repeats the access token %s', (token) => {
    expect(requestIdOf(new Headers({ 'x-amzn-RequestId': `id ${token}` }), [token])).toBe('id [redacted]');
  });

  it('is short enough for one line', () => {
    expect(requestIdOf(new Headers({ 'x-amzn-RequestId': 'a'.repeat(5000) }), [ACCESS_TOKEN])?.length).toBeLessThan(
      140,
    );
  });
});

describe('service-provided text', () => {
  it.each([
    ['the documented format', { type: 'T', message: 'M' }, { serviceType: 'T', serviceMessage: 'M' }],
    ['the format of older operations', { message: 'M' }, { serviceMessage: 'M' }],
    ['the format of a sibling API', { code: 'C', message: 'M' }, { serviceType: 'C', serviceMessage: 'M' }],
    ['only a type', { type: 'T' }, { serviceType: 'T' }],
    ['an empty object', {}, {}],
    ['empty strings', { type: '', message: '' }, {}],
    ['additional fields', { type: 'T', message: 'M', more: [1] }, { serviceType: 'T', serviceMessage: 'M' }],
  ])('is read from %s', (_shape, body, words) => {
    expect(serviceError(anAnswer(JSON.stringify(body)), ACCESS_TOKEN)).toEqual(words);
  });

  it.each(['', 'null', '7', '"text"', '[]', '{"type":', '{"type":7,"message":{}}', '<html></html>', '\u0000'])(
    'is missing in a body of %j',
    (body) => {
      expect(serviceError(anAnswer(body), ACCESS_TOKEN)).toEqual({});
    },
  );

  it('is missing when the body was too long to be read', () => {
    expect(serviceError(anAnswer('{"message":"M"}', {}, { complete: false }), ACCESS_TOKEN)).toEqual({});
  });

  it('is truncated and cleaned before secrets are searched for, so that nothing hides one', () => {
    const hidden = Array.from(ACCESS_TOKEN).join('\u200b\n');
    const words = serviceError(anAnswer(JSON.stringify({ message: `Token ${hidden}` })), ACCESS_TOKEN);
    expect(words).toEqual({ serviceMessage: 'Token [redacted]' });
  });

  it('never contains the access token, raw or percent-encoded, wherever the service repeats it', () => {
    const around = anyText(20);
    const token = fc.constantFrom(ACCESS_TOKEN, ODD_ACCESS_TOKEN);
    const encode = fc.constantFrom<(text: string) => string>((text) => text, encodeURIComponent);
    const field = fc.constantFrom('type', 'code', 'message');
    fc.assert(
      fc.property(token, encode, field, around, around, (secret, written, name, before, after) => {
        const body = JSON.stringify({ [name]: before + written(secret) + after });
        const words = JSON.stringify(serviceError(anAnswer(body), secret));
        expect(words).not.toContain(JSON.stringify(secret).slice(1, -1));
        expect(words).not.toContain(encodeURIComponent(secret));
      }),
    );
  });

  it('is a single short line without deceptive characters', () => {
    const { serviceMessage } = serviceError(
      anAnswer(JSON.stringify({ message: `a\n\u202eb\u001b[31m${'c'.repeat(9000)}` })),
      ACCESS_TOKEN,
    );
    expect(serviceMessage).toMatch(/^a b\[31mc+…$/);
    expect(serviceMessage?.length).toBeLessThanOrEqual(501);
  });
});

describe('a response body', () => {
  const anything = fc.oneof(
    anyText(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.json(),
  );

  it('is parsed as documented or not at all, for any input', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const answer = anAnswer(text);
        expect(parseBody(answer, NetworkMappingBody)?.networkType ?? 'SKILL').toBeTypeOf('string');
        expect(parseBody(answer, ChangeBody)?.status ?? 'ACTIVE').toBe('ACTIVE');
        expect(() => serviceError(answer, ACCESS_TOKEN)).not.toThrow();
        expect(() => isHtml(answer)).not.toThrow();
      }),
    );
  });

  it.each([
    [{ networkType: 'SKILL', skillConfiguration: { skillId: SKILL } }, SKILL],
    [{ networkType: 'SKILL', skillConfiguration: { skillId: SKILL, more: 1 }, more: 2 }, SKILL],
    [{ networkType: 'SKILL', skillConfiguration: { skillId: 'unknown-form' } }, 'unknown-form'],
    [{ networkType: 'SKILL', skillConfiguration: { skillId: '' } }, undefined],
    [{ networkType: 'SKILL', skillConfiguration: { skillId: 'a b' } }, undefined],
    [{ networkType: 'SKILL', skillConfiguration: { skillId: 'a'.repeat(256) } }, undefined],
    [{ networkType: 'SKILL', skillConfiguration: {} }, undefined],
    [{ networkType: 'SKILL' }, undefined],
    [{ networkType: 'OTHER', skillConfiguration: { skillId: SKILL } }, SKILL],
    [{ networkType: 7, skillConfiguration: { skillId: SKILL } }, undefined],
    [{ skillConfiguration: { skillId: SKILL } }, undefined],
  ])('of %j has the skill %s', (body, skillId) => {
    expect(parseBody(anAnswer(JSON.stringify(body)), NetworkMappingBody)?.skillConfiguration.skillId).toBe(skillId);
  });

  it('is recognized as a web page by its type or its beginning', () => {
    expect(isHtml(anAnswer('', { 'content-type': 'text/html; charset=utf-8' }))).toBe(true);
    expect(isHtml(anAnswer('\n <!DOCTYPE html>'))).toBe(true);
    expect(isHtml(anAnswer('{"message":"<b>"}', { 'content-type': 'application/json' }))).toBe(false);
    expect(isHtml(anAnswer(''))).toBe(false);
  });
});
