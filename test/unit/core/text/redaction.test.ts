import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../../../src/core/text/redaction';
import { anUnmarkedSecret, aSecret } from '../../../support/arbitraries';

const MARK = '[redacted]';

/** Text around a secret in a log, a body or a URL. */
const before = fc.constantFrom('', 'token ', '"', "'", '(', '<b>', 'x=1&t=', '{"t":"', 'https://host/cb?t=');
const after = fc.constantFrom('', ' ', '"', "'", ')', '</b>', '&x=1', '"}', ', then', '\n', ';');

const PARAMETERS = ['code', 'code_verifier', 'client_secret', 'access_token', 'refresh_token'];

describe('redacted text', () => {
  it('contains no token and no client secret, raw or percent-encoded, in any surroundings', () => {
    const encoding = fc.constantFrom<(text: string) => string>(
      (text) => text,
      encodeURIComponent,
      (text) => encodeURIComponent(text).replace('%7C', '%7c'),
    );
    fc.assert(
      fc.property(before, aSecret, after, encoding, fc.string(), (left, secret, right, encode, elsewhere) => {
        const written = encode(secret);
        const result = redact(elsewhere + left + written + right);
        expect(result).not.toContain(written);
        // Nor any usable part of it.
        expect(result).not.toContain(written.slice(-12));
        expect(result).toContain(MARK);
      }),
    );
  });

  it('contains no value of an authorization header, whatever the token', () => {
    const header = fc.constantFrom(
      'Authorization: Bearer ',
      'authorization: bearer ',
      '"Authorization":"Bearer ',
      'Authorization: Basic ',
      'Authorization=Bearer%20',
      'Authorization: ',
      '"authorization": "',
      'Bearer ',
      'bearer ',
      'BASIC ',
    );
    const lines = fc.array(fc.tuple(header, anUnmarkedSecret, after), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lines, (all) => {
        const result = redact(all.map((line) => line.join('')).join('\n'));
        for (const [, secret] of all) expect(result).not.toContain(secret);
      }),
    );
  });

  it.each(PARAMETERS)('contains no value of %s in JSON, a form, a query or a percent-encoded URL', (name) => {
    fc.assert(
      fc.property(anUnmarkedSecret, (secret) => {
        for (const text of [
          `{"${name}":"${secret}"}`,
          `{ "${name}": "${secret}", "x": 1 }`,
          JSON.stringify(JSON.stringify({ [name]: secret })),
          `${name}=${secret}`,
          `grant_type=x&${name}=${secret}&y=1`,
          `http://127.0.0.1:9090/cb?${name}=${secret}&state=1`,
          `to=${encodeURIComponent(`http://127.0.0.1:9090/cb?${name}=${secret}&state=1`)}`,
          `to=${encodeURIComponent(`http://127.0.0.1:9090/cb?state=1&${name}=${secret}`)}`,
          `${name}: ${secret}`,
        ]) {
          expect(redact(text)).not.toContain(secret);
        }
      }),
    );
  });

  it('keeps the text around a secret', () => {
    expect(redact('The token Atza|abc123 has expired.')).toBe('The token [redacted] has expired.');
    expect(redact('a=1&code=abc&b=2')).toBe('a=1&code=[redacted]&b=2');
  });

  it('keeps text without a secret unchanged', () => {
    for (const text of [
      '',
      'The request is malformed or is missing any required parameters.',
      'amzn1.ask.skill.7d9ef6a0-64c7-4a5e-8a56-2f7b1d1f0a01',
      'amzn1.comms.csp.id.2',
      'GET /v1/communications/serviceProviders/amzn1.comms.csp.id.2/network 404 120 ms',
    ]) {
      expect(redact(text)).toBe(text);
    }
  });

  it('takes time that grows linearly with its length, whatever it contains', () => {
    // With quadratic growth, any of these would take minutes and time out.
    for (const filling of [' ', 'code ', 'code=\\', 'Bearer ', 'Atza|', '%20', '"', '=']) {
      redact(filling.repeat(250_000 / filling.length));
    }
  });

  it('is unchanged when it is redacted again', () => {
    const piece = fc.oneof(
      fc.string(),
      aSecret,
      fc.constantFrom('Bearer ', 'Authorization: ', 'code=', '"client_secret":"', ' '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const once = redact(pieces.join(''));
        expect(redact(once)).toBe(once);
      }),
    );
  });
});
