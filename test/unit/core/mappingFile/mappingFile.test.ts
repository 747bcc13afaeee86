import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mappingFileJsonSchema } from '../../../../src/core/mappingFile/jsonSchema';
import { parseMappingFile, type FileProblem } from '../../../../src/core/mappingFile/mappingFile';
import { anyText } from '../../../support/arbitraries';
import { ACCESS_TOKEN, OTHER_SERVICE_PROVIDER, SERVICE_PROVIDER, SKILL } from '../../../support/builders';

/** Each problem with the text that it marks. */
function problemsOf(text: string): [marked: string, problem: string, kind: FileProblem['kind']][] {
  return parseMappingFile(text).problems.map(({ start, end, message, kind }) => [
    text.slice(start, end),
    message,
    kind,
  ]);
}

const entry = (id: string, skillId: string, rest = '') =>
  `{ "serviceProviderId": "${id}", "skillId": "${skillId}"${rest} }`;

describe('a mapping file', () => {
  it('has comments, trailing commas, names and an account', () => {
    const text = `// Staging
{
  "$schema": "./schema.json",
  "account": "staging",
  "mappings": [
    ${entry(SERVICE_PROVIDER, SKILL, ', "name": "Hotel\\tAurora"')}, // the first
    ${entry('provider-2', '${profile:staging}')},
  ],
  /* gone */ "absent": ["${OTHER_SERVICE_PROVIDER}",],
}`;
    const { account, mappings, absent, problems } = parseMappingFile(text);
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(account).toBe('staging');
    expect(mappings).toMatchObject([
      { serviceProviderId: SERVICE_PROVIDER, skill: { type: 'id', skillId: SKILL }, name: 'Hotel Aurora' },
      { serviceProviderId: 'provider-2', skill: { type: 'profile', profile: 'staging' } },
    ]);
    expect(absent).toMatchObject([{ serviceProviderId: OTHER_SERVICE_PROVIDER }]);
    const [first] = mappings;
    expect(first && text.slice(first.idSpan.start, first.idSpan.end)).toBe(`"${SERVICE_PROVIDER}"`);
    expect(first && text.slice(first.skillSpan.start, first.skillSpan.end)).toBe(`"${SKILL}"`);
  });

  it.each([
    ['', '', 'The file is not valid JSON from here on.', 'syntax'],
    ['{ "mappings": [ }', '}', 'The file is not valid JSON from here on.', 'syntax'],
    ['['.repeat(100_000), '['.repeat(100_000), 'The JSON is nested too deeply.', 'syntax'],
    ['[]', '[]', 'Expected an object such as { "mappings": [] }', 'shape'],
    ['{}', '{}', '"mappings" is missing.', 'shape'],
    ['{ "mappings": {} }', '{}', '"mappings" must be a list.', 'shape'],
    ['{ "mappings": [], "abscent": [] }', '"abscent"', 'Unknown field "abscent".', 'shape'],
    ['{ "mappings": [], "absent": [7] }', '7', 'Expected an ID in quotes.', 'shape'],
    ['{ "mappings": [], "absent": [""] }', '""', 'An ID must not be empty.', 'shape'],
    ['{ "mappings": [], "account": 1 }', '1', '"account" must be a string.', 'shape'],
    ['{ "mappings": [], "mappings": [] }', '"mappings"', '"mappings" occurs twice here. Remove one of them.', 'shape'],
    ['{ "mappings": [{ "skillId": "a" }] }', '{ "skillId": "a" }', '"serviceProviderId" is missing.', 'shape'],
  ])('marks what is wrong in the shape of %j', (text, marked, message, kind) => {
    expect(problemsOf(text).filter(([, problem]) => !problem.includes('usually start with'))).toEqual([
      [marked, message, kind],
    ]);
  });

  it.each([
    ['a secret as a name', entry(SERVICE_PROVIDER, SKILL, `, "name": "${ACCESS_TOKEN}"`), `"${ACCESS_TOKEN}"`],
    ['a secret as a skill', entry(SERVICE_PROVIDER, ACCESS_TOKEN), `"${ACCESS_TOKEN}"`],
    ['a secret as a service provider', entry(ACCESS_TOKEN, SKILL), `"${ACCESS_TOKEN}"`],
    ['a service provider as a skill', entry(SERVICE_PROVIDER, OTHER_SERVICE_PROVIDER), `"${OTHER_SERVICE_PROVIDER}"`],
    ['an unknown variable', entry(SERVICE_PROVIDER, '${env:SKILL}'), '"${env:SKILL}"'],
    ['an ID with a space', entry('a b', SKILL), '"a b"'],
  ])('rejects %s, and does not repeat a secret', (_, text, marked) => {
    const file = `{ "mappings": [${text}] }`;
    const { mappings, problems } = parseMappingFile(file);
    expect(mappings).toEqual([]);
    expect(problems).toMatchObject([{ severity: 'error', kind: 'meaning' }]);
    expect(problemsOf(file)[0]?.[0]).toBe(marked);
    expect(JSON.stringify(problems)).not.toContain(ACCESS_TOKEN);
  });

  it('has each service provider once', () => {
    const text = `{ "mappings": [${entry(SERVICE_PROVIDER, SKILL)}, ${entry(SERVICE_PROVIDER, SKILL)}],
      "absent": ["${SERVICE_PROVIDER}", "${OTHER_SERVICE_PROVIDER}", "${OTHER_SERVICE_PROVIDER}"] }`;
    expect(problemsOf(text)).toEqual([
      [`"${SERVICE_PROVIDER}"`, 'Same ID as entry 1. Remove one of them.', 'meaning'],
      [`"${SERVICE_PROVIDER}"`, 'This ID is also in "mappings". Remove one of them.', 'meaning'],
      [`"${OTHER_SERVICE_PROVIDER}"`, 'Same ID as entry 2. Remove one of them.', 'meaning'],
    ]);
  });

  it('only warns of an ID of an unknown format', () => {
    const { mappings, problems } = parseMappingFile(`{ "mappings": [${entry('hotel', 'skill')}] }`);
    expect(mappings).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: 'warning' }, { severity: 'warning' }]);
  });

  it('never fails to be parsed, and marks only what it has', () => {
    const values = fc
      .json()
      .chain((json) => fc.constantFrom(json, `{ "mappings": ${json} }`, `{ "absent": [${json}] }`));
    fc.assert(
      fc.property(fc.oneof(anyText(), values), (text) => {
        for (const { start, end } of parseMappingFile(text).problems) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

describe('the JSON schema', () => {
  it('has all fields of a mapping file, each explained', () => {
    expect(mappingFileJsonSchema()).toMatchObject({
      type: 'object',
      required: ['mappings'],
      additionalProperties: false,
      allowComments: true,
      properties: {
        account: { type: 'string', description: expect.stringContaining('account') as string },
        mappings: {
          items: { required: ['serviceProviderId', 'skillId'], additionalProperties: false },
          description: expect.stringContaining('skill') as string,
        },
        absent: { items: { type: 'string' }, description: expect.stringContaining('must not be mapped') as string },
      },
    });
  });
});
