import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitizeText } from '../../../../src/core/text/sanitizeText';
import { redactSentSecrets } from '../../../../src/core/text/sentSecrets';
import { ACCESS_TOKEN, ODD_ACCESS_TOKEN } from '../../../support/builders';
import { anUnmarkedSecret, aSecret } from '../../../support/arbitraries';

const MARK = '[redacted]';
const CLIENT_SECRET = 'amzn1.oa2-cs.v1.0123456789abcdef0123456789abcdef0123456789abcdef';
const HEX_SECRET = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0';

type Encoding = (secret: string) => string;

const codes = (text: string, write: (code: number) => string) =>
  Array.from(text, (character) => write(character.codePointAt(0) ?? 0)).join('');
const hex = (code: number, digits = 2) => code.toString(16).padStart(digits, '0');
const base64: Encoding = (secret) => Buffer.from(secret).toString('base64');
const percent: Encoding = (secret) => codes(secret, (code) => `%${hex(code)}`);
const named: Encoding = (secret) =>
  secret
    .replaceAll('&', '&amp;')
    .replaceAll('|', '&vert;')
    .replaceAll('+', '&plus;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
const fullWidth: Encoding = (secret) =>
  codes(secret, (code) => String.fromCodePoint(code > 0x20 && code < 0x7f ? code + 0xfee0 : code));
const mathematical: Encoding = (secret) =>
  secret
    .replace(/[A-Z]/g, (each) => String.fromCodePoint(0x1d400 + each.charCodeAt(0) - 65))
    .replace(/[a-z]/g, (each) => String.fromCodePoint(0x1d41a + each.charCodeAt(0) - 97));
const between =
  (what: string, every: number): Encoding =>
  (secret) =>
    secret.replace(new RegExp(`.{${every}}`, 'g'), `$&${what}`);

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  'as it is': (secret) => secret,
  'in capital letters': (secret) => secret.toUpperCase(),
  'percent-encoded': encodeURIComponent,
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'percent-encoded three times': (secret) => encodeURIComponent(encodeURIComponent(encodeURIComponent(secret))),
  'percent-encoded in every character': percent,
  'percent-encoded in every character, twice': (secret) => encodeURIComponent(percent(secret)),
  'HTML-escaped in hexadecimal': (secret) => codes(secret, (code) => `&#x${hex(code)};`),
  'HTML-escaped in hexadecimal with zeros': (secret) => codes(secret, (code) => `&#X${hex(code, 4).toUpperCase()};`),
  'HTML-escaped in decimal': (secret) => codes(secret, (code) => `&#${code};`),
  'HTML-escaped without semicolons': (secret) => codes(secret, (code) => `&#${code}`),
  'HTML-escaped with names': named,
  'HTML-escaped twice': (secret) => codes(secret, (code) => `&amp;#x${hex(code)};`),
  'HTML-escaped in its punctuation': (secret) => secret.replace(/\W/g, (each) => `&#x${hex(each.charCodeAt(0))};`),
  'JSON-escaped': (secret) => codes(secret, (code) => `\\u${hex(code, 4)}`),
  'JSON-escaped in its punctuation': (secret) => secret.replace(/\W/g, (each) => `\\u${hex(each.charCodeAt(0), 4)}`),
  'JSON in JSON': (secret) => JSON.stringify(JSON.stringify(secret)),
  'JSON-escaped twice': (secret) => codes(secret, (code) => `\\\\u${hex(code, 4)}`),
  'escaped as in JavaScript': (secret) => codes(secret, (code) => `\\x${hex(code)}`),
  'escaped with braces': (secret) => codes(secret, (code) => `\\u{${hex(code)}}`),
  'in base64': base64,
  'in base64 behind one byte': (secret) => base64(`:${secret}`),
  'in base64 behind two bytes': (secret) => base64(`id${secret}`),
  'in base64 of JSON': (secret) => base64(`{"t":"${secret}","x":1}`),
  'in base64url': (secret) => Buffer.from(secret).toString('base64url'),
  'in base64url behind two bytes': (secret) => Buffer.from(`a:${secret}`).toString('base64url'),
  'in base64 with line breaks': (secret) => between('\n', 20)(base64(secret)),
  'in base64, percent-encoded': (secret) => encodeURIComponent(base64(`id:${secret}`)),
  'in hexadecimal digits': (secret) => Buffer.from(secret).toString('hex'),
  'in capital hexadecimal digits': (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'in hexadecimal digits with colons': (secret) => codes(secret, (code) => `${hex(code)}:`),
  'in hexadecimal digits with spaces': (secret) => codes(secret, (code) => `${hex(code)} `),
  'as a dump': (secret) => codes(secret, (code) => `0x${hex(code)}, `),
  'in full width': fullWidth,
  'in full width, percent-encoded': (secret) => encodeURIComponent(fullWidth(secret)),
  'in mathematical letters': mathematical,
  'with line breaks': between('\r\n', 7),
  'with spaces': between(' ', 1),
  'with zero-width characters': between('\u200b', 3),
  'with soft hyphens and joiners': between('\u00ad\u2060', 1),
  'with no-break spaces': between('\u00a0', 5),
  'with escaped zero-width characters': between('&#8203;', 2),
};

/** Parts that would reveal the secret: each run of twelve of its characters, as encoded. */
function expectNone(text: string, secret: string, encode: Encoding): void {
  const written = sanitizeText(encode(secret), 5_000);
  const length = Math.ceil((written.length / secret.length) * 12) + 4;
  for (let start = 0; start + length <= written.length; start++) {
    expect(text).not.toContain(written.slice(start, start + length));
  }
}

const secrets = fc.oneof(
  fc.constantFrom(ACCESS_TOKEN, ODD_ACCESS_TOKEN, CLIENT_SECRET, HEX_SECRET),
  aSecret,
  anUnmarkedSecret,
);
const around = fc.constantFrom(
  '',
  ' ',
  'token: ',
  '"',
  "'",
  '(',
  '{"t":"',
  'https://host/cb?t=',
  'Token ',
  '. Then',
  ';',
  '=',
  'é',
);

describe.each(Object.entries(ENCODINGS))('a secret that is repeated %s', (_how, encode) => {
  const clean = (text: string, ...sent: string[]) => redactSentSecrets(sanitizeText(text, 5_000), sent);

  it('is masked, whatever surrounds it', () => {
    fc.assert(
      fc.property(secrets, secrets, around, around, (secret, other, before, after) => {
        const text = clean(before + encode(secret) + after, other, secret);
        expect(text).toContain(MARK);
        expectNone(text, secret, encode);
      }),
      { numRuns: 60 },
    );
  });

  it('is masked without its prefix, and in any usable part', () => {
    const part = fc.tuple(secrets, fc.nat(40), fc.integer({ min: 20, max: 64 }));
    fc.assert(
      fc.property(part, ([secret, start, length]) => {
        const piece = secret.slice(Math.max(0, Math.min(start, secret.length - 20))).slice(0, length);
        const text = clean(`not known: ${encode(piece)}`, secret);
        expect(text).toContain(MARK);
        expectNone(text, piece, encode);
      }),
      { numRuns: 60 },
    );
  });
});

/** HTML's names for a character, as its standard has them. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  '&': ['amp', 'AMP'],
  '<': ['lt', 'LT'],
  '>': ['gt', 'GT'],
  '"': ['quot', 'QUOT'],
  "'": ['apos'],
  '|': ['vert', 'verbar', 'VerticalLine'],
  '+': ['plus'],
  '/': ['sol'],
  '\\': ['bsol'],
  '=': ['equals'],
  _: ['lowbar', 'UnderBar'],
  '-': ['hyphen', 'dash'],
  '.': ['period'],
  ',': ['comma'],
  ':': ['colon'],
  ';': ['semi'],
  '#': ['num'],
  '%': ['percnt'],
  $: ['dollar'],
  '!': ['excl'],
  '?': ['quest'],
  '*': ['ast', 'midast'],
  '@': ['commat'],
  '^': ['Hat'],
  '`': ['grave'],
  '(': ['lpar'],
  ')': ['rpar'],
  '[': ['lsqb', 'lbrack'],
  ']': ['rsqb', 'rbrack'],
  '{': ['lcub', 'lbrace'],
  '}': ['rcub', 'rbrace'],
  '~': ['tilde'],
  '': ['nbsp', 'Tab', 'NewLine'],
};

describe('a secret with a character that HTML has a name for', () => {
  it.each(Object.entries(NAMES).flatMap(([character, names]) => names.map((name) => [name, character] as const)))(
    'is masked where it is written &%s;',
    (name, character) => {
      // All of it is one run, so that no other part of it is found.
      const secret = character === '' ? 'abcdefghijkl' : `abcdef${character}hijkl`;
      const written = character === '' ? `abcdef&${name};ghijkl` : `abcdef&${name};hijkl`;
      expect(redactSentSecrets(`is ${written}.`, [secret])).toBe(`is ${MARK}.`);
    },
  );

  it('is masked where the semicolon is missing', () => {
    expect(redactSentSecrets('abcdef&amp12345', ['abcdef&12345'])).toBe(MARK);
    expect(redactSentSecrets('abcdef&#x7chijkl', ['abcdef|hijkl'])).toBe(MARK);
    expect(redactSentSecrets('abcdef&#124hijkl', ['abcdef|hijkl'])).toBe(MARK);
  });
});

describe('text without a secret', () => {
  it.each([
    '',
    'The request is malformed or is missing any required parameters.',
    'amzn1.ask.skill.7d9ef6a0-64c7-4a5e-8a56-2f7b1d1f0a01',
    'The name “Hôtel du Nord & Söhne” (100 %) \\ 50&nbsp;€ %zz &#; \\u12',
    'b7b9d9ae-0000-4000-8000-000000000000',
    'The client amzn1.application-oa2-client.9a8b7c6d5e4f is not known',
    'beyond all characters: &#x110000; &#1114112; \\u{110000}, and the last one: &#x10ffff;',
  ])('is unchanged: %s', (text) => {
    expect(redactSentSecrets(text, [ACCESS_TOKEN, ODD_ACCESS_TOKEN, CLIENT_SECRET, ''])).toBe(text);
  });

  it('keeps what surrounds a secret', () => {
    expect(redactSentSecrets(`Token ${ACCESS_TOKEN} has expired.`, [ACCESS_TOKEN])).toBe(
      'Token [redacted] has expired.',
    );
    expect(redactSentSecrets(`x ${ACCESS_TOKEN.slice(5, 20)} x`, [ACCESS_TOKEN])).toBe('x [redacted] x');
    expect(redactSentSecrets(between('-', 4)(CLIENT_SECRET), [CLIENT_SECRET])).toMatch(/^\[redacted\]-?$/);
    expect(redactSentSecrets('the code short1 is used', ['short1'])).toBe('the code [redacted] is used');
  });

  it('is unchanged with less than twelve characters of a secret', () => {
    expect(redactSentSecrets(ACCESS_TOKEN.slice(0, 11), [ACCESS_TOKEN])).toBe(ACCESS_TOKEN.slice(0, 11));
  });

  it('is masked for any text and secrets, and nothing but masks is added', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (text, sent) => {
        const pieces = redactSentSecrets(text, sent).split(MARK);
        let from = 0;
        for (const piece of pieces) {
          const at = text.indexOf(piece, from);
          expect(at).toBeGreaterThanOrEqual(from);
          from = at + piece.length;
        }
      }),
    );
  });
});
