import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfiguredProviders } from '../../../../src/core/model/configuredProviders';
import { OTHER_SERVICE_PROVIDER, SERVICE_PROVIDER } from '../../../support/builders';

const problem = (words: string) => expect.stringContaining(words) as string;

describe('the service providers setting', () => {
  it('gives one row for each entry, with its name and account if present', () => {
    expect(
      parseConfiguredProviders([
        { id: SERVICE_PROVIDER, name: 'Grand Meridian', account: 'hotels' },
        { id: OTHER_SERVICE_PROVIDER },
      ]),
    ).toEqual([
      { type: 'provider', id: SERVICE_PROVIDER, name: 'Grand Meridian', account: 'hotels' },
      { type: 'provider', id: OTHER_SERVICE_PROVIDER },
    ]);
    expect(parseConfiguredProviders([])).toEqual([]);
  });

  it('may contain fields of a later version, which are preserved', () => {
    expect(parseConfiguredProviders([{ id: SERVICE_PROVIDER, colour: 'blue' }])).toEqual([
      { type: 'provider', id: SERVICE_PROVIDER },
    ]);
  });

  it('treats an empty name or account as none', () => {
    expect(parseConfiguredProviders([{ id: SERVICE_PROVIDER, name: ' \u200b ', account: '  ' }])).toEqual([
      { type: 'provider', id: SERVICE_PROVIDER },
    ]);
  });

  it('shows a name on one line and without invisible characters', () => {
    expect(parseConfiguredProviders([{ id: SERVICE_PROVIDER, name: 'a\nb\u202ec' }])).toMatchObject([{ name: 'a bc' }]);
  });

  it('keeps an ID in an unknown format usable, with a warning', () => {
    expect(parseConfiguredProviders([{ id: 'mine' }])).toEqual([
      { type: 'provider', id: 'mine', warning: problem('amzn1.comms.csp.id.') },
    ]);
  });

  it('names the ID inside an entry with surrounding text', () => {
    expect(
      parseConfiguredProviders([{ id: `${SERVICE_PROVIDER}",` }, { id: `${OTHER_SERVICE_PROVIDER}\ufe0f` }]),
    ).toEqual([
      { type: 'provider', id: `${SERVICE_PROVIDER}",`, warning: problem(`The ID is ${SERVICE_PROVIDER}`) },
      { type: 'invalid', index: 1, problem: problem(`Expected ${OTHER_SERVICE_PROVIDER}`) },
    ]);
  });

  it('accepts no secret as an ID, a name or an account', () => {
    const secret = '0123456789abcdef'.repeat(4);
    const address = 'http://127.0.0.1:9090/cb?code=ANabcdefgh';
    for (const text of [secret, address]) {
      expect(parseConfiguredProviders([{ id: text }])).toMatchObject([{ type: 'invalid', problem: problem('secret') }]);
      for (const field of ['name', 'account']) {
        expect(parseConfiguredProviders([{ id: SERVICE_PROVIDER, [field]: text }])).toEqual([
          { type: 'invalid', index: 0, problem: problem(`"${field}" contains a Login with Amazon secret`) },
        ]);
      }
    }
  });

  it('reports the first of two entries with the same ID, and uses only that one', () => {
    expect(
      parseConfiguredProviders([{ id: 'x y' }, { id: SERVICE_PROVIDER }, { id: SERVICE_PROVIDER, name: 'again' }]),
    ).toEqual([
      { type: 'invalid', index: 0, problem: problem('no spaces') },
      { type: 'provider', id: SERVICE_PROVIDER },
      { type: 'invalid', index: 2, problem: problem('entry 2') },
    ]);
  });

  it('reports the problem of each unusable entry, even of equal ones', () => {
    const noSpaces = { type: 'invalid', problem: problem('no spaces') };
    expect(parseConfiguredProviders([{ id: 'x y' }, { id: 'x y' }])).toEqual([
      { ...noSpaces, index: 0 },
      { ...noSpaces, index: 1 },
    ]);
    expect(parseConfiguredProviders([{ id: SERVICE_PROVIDER, account: 'a\u200bb' }])).toEqual([
      {
        type: 'invalid',
        index: 0,
        problem: '"account": An account name has no line breaks, tabs or invisible characters.',
      },
    ]);
  });

  it.each([
    ['a string', 'amzn1.comms.csp.id.2', 'Expected an object such as { "id": "amzn1.comms.csp.id.…", "name": "…" }'],
    ['a number', 7, 'Expected an object'],
    ['null', null, 'Expected an object'],
    ['a list', [SERVICE_PROVIDER], 'Expected an object'],
    ['an object without id', { name: 'x' }, 'has no "id"'],
    ['an id that is a number', { id: 2 }, '"id" must be a string'],
    ['an id that is null', { id: null }, '"id" must be a string'],
    ['a name that is a number', { id: SERVICE_PROVIDER, name: 1 }, '"name" and "account"'],
    ['an account that is a list', { id: SERVICE_PROVIDER, account: [] }, '"name" and "account"'],
    ['an empty id', { id: '' }, 'Enter an ID'],
    ['an id with a space', { id: `${SERVICE_PROVIDER} ` }, 'no spaces'],
    ['an id of dots', { id: '..' }, 'not an ID'],
  ])('reports %s, and the other entries still work', (_what, entry, words) => {
    expect(parseConfiguredProviders([entry, { id: OTHER_SERVICE_PROVIDER }])).toEqual([
      { type: 'invalid', index: 0, problem: problem(words) },
      { type: 'provider', id: OTHER_SERVICE_PROVIDER },
    ]);
  });

  it('does not repeat a secret', () => {
    const entries = parseConfiguredProviders([{ id: 'Atza|in-the-wrong-place' }]);
    expect(entries).toEqual([{ type: 'invalid', index: 0, problem: problem('secret') }]);
    expect(JSON.stringify(entries)).not.toContain('in-the-wrong-place');

    const named = parseConfiguredProviders([{ id: SERVICE_PROVIDER, name: 'x Atza|in-the-wrong-place' }]);
    expect(named).toEqual([
      { type: 'invalid', index: 0, problem: expect.stringMatching(/Remove .* revoke/) as string },
    ]);
    expect(JSON.stringify(named)).not.toContain('in-the-wrong-place');
  });

  it.each([[{}], ['text'], [null], [undefined], [5], [true]])(
    'that is %j instead of a list is one row that says so',
    (setting) => {
      expect(parseConfiguredProviders(setting)).toEqual([{ type: 'invalid', index: -1, problem: problem('list') }]);
    },
  );

  it('is valid for any JSON: each entry is a provider with its own ID, or a row with a problem', () => {
    const id = fc.constantFrom(SERVICE_PROVIDER, OTHER_SERVICE_PROVIDER, 'x', '', '..', 'a b');
    const entry = fc.oneof(
      fc.jsonValue(),
      fc.record(
        { id: fc.oneof(id, fc.jsonValue()), name: fc.jsonValue(), account: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.array(entry)), (setting) => {
        const entries = parseConfiguredProviders(setting);
        expect(entries).toHaveLength(Array.isArray(setting) ? setting.length : 1);
        const ids = entries.flatMap((each) => (each.type === 'provider' ? [each.id] : []));
        expect(new Set(ids).size).toBe(ids.length);
        for (const [index, each] of entries.entries()) {
          if (each.type === 'provider') continue;
          expect(each.problem).toMatch(/\S/);
          expect(each.index).toBe(Array.isArray(setting) ? index : -1);
        }
      }),
    );
  });
});
