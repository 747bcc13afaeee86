import fc from 'fast-check';
import { anyText } from './arbitraries';

/** Strings with a special meaning in markup, links, terminals, spreadsheets, paths or JavaScript. */
export const HOSTILE_PIECES: readonly string[] = [
  '[x](command:workbench.action.quit)',
  '<img src=x onerror=alert(1)>',
  '</main><script>alert(1)</script>',
  '$(error)',
  '\u001b[31m',
  '\u009b2J',
  '\u0000',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u3164',
  '\ufe0f',
  '\ufeff',
  '\ud800',
  '\udc00',
  '\u2028',
  '\r\n',
  ' ',
  '\t',
  '__proto__',
  'constructor',
  '..',
  '..',
  '%2e%2e%2f',
  '?a=b',
  '#',
  '//host.example/',
  '\\',
  "'; id #",
  '"',
  '`id`',
  '=HYPERLINK("x")',
  '+1',
  '-1',
  '@x',
  'NaN',
  '9'.repeat(400),
];

/** Text written to deceive the user or to break a parser. */
export const hostileText = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...HOSTILE_PIECES) }, anyText(5)), { maxLength: 8 })
  .map((pieces) => pieces.join(''));

/** Any JSON with such text in its keys and values. */
export const hostileJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    fc.constantFrom(null, true, 0, -0, 1e308, -1),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostileText, tie('value'), { maxKeys: 4 }),
  ),
})).value;
