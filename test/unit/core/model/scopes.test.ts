import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScopes, MAPPING_SCOPE, missingScopes, requiredScopes } from '../../../../src/core/model/scopes';
import { anyText } from '../../../support/arbitraries';

const MANAGEMENT = 'alexa::enterprise:management';

describe('the scopes of the settings', () => {
  it('are taken as they are, each once', () => {
    expect(checkScopes([MANAGEMENT, MAPPING_SCOPE])).toEqual({ ok: true, scopes: [MANAGEMENT, MAPPING_SCOPE] });
    expect(checkScopes([MAPPING_SCOPE, 'profile', MAPPING_SCOPE])).toEqual({
      ok: true,
      scopes: [MAPPING_SCOPE, 'profile'],
    });
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['a text', MAPPING_SCOPE],
    ['an object', { 0: MAPPING_SCOPE, length: 1 }],
    ['an empty list', []],
    ['a list with an empty scope', [MAPPING_SCOPE, '']],
    ['a list with two scopes in one text', [`${MANAGEMENT} ${MAPPING_SCOPE}`]],
    ['a list with a scope that ends in a line break', [`${MAPPING_SCOPE}\n`]],
    ['a list with a quote', ['"profile"']],
    ['a list with a backslash', ['pro\\file']],
    ['a list with a letter outside ASCII', ['profilé']],
    ['a list with a number', [MAPPING_SCOPE, 1]],
    ['a list in a list', [[MAPPING_SCOPE]]],
  ])('that are %s are refused, with an example of what to write', (_what, value) => {
    const checked = checkScopes(value);
    expect(checked.ok).toBe(false);
    expect(checked).toHaveProperty('problem', `Expected a list of scopes such as ["${MAPPING_SCOPE}"]`);
  });

  it('that are taken can be told apart when they are joined by spaces', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText(8), fc.constant('profile'))), (value) => {
        const checked = checkScopes(value);
        if (checked.ok) expect(checked.scopes.join(' ').split(' ')).toEqual([...new Set(value)]);
      }),
    );
  });
});

describe('the scopes that are missing', () => {
  it.each([
    ['none, where all were granted, in whatever order', [MANAGEMENT, MAPPING_SCOPE], [MAPPING_SCOPE, MANAGEMENT], []],
    ['none, where more was granted', [MAPPING_SCOPE], [MAPPING_SCOPE, 'profile'], []],
    ['those that were not granted', [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT], [MAPPING_SCOPE]],
    ['all, where nothing was granted', [MANAGEMENT, MAPPING_SCOPE], [], [MANAGEMENT, MAPPING_SCOPE]],
    ['none, where nobody said what was granted', [MAPPING_SCOPE], undefined, []],
    ['those of another case', [MAPPING_SCOPE], [MAPPING_SCOPE.toUpperCase()], [MAPPING_SCOPE]],
    ['those of which only a part was granted', [MAPPING_SCOPE], ['amazon_communication'], [MAPPING_SCOPE]],
  ])('are %s', (_which, target, granted, expected) => {
    expect(missingScopes(target, granted)).toEqual(expected);
  });
});

describe('the scopes that a sign-in should have', () => {
  it('are those wished for, and the one that mappings need, once', () => {
    expect(requiredScopes([MANAGEMENT])).toEqual([MAPPING_SCOPE, MANAGEMENT]);
    expect(requiredScopes([MANAGEMENT, MAPPING_SCOPE])).toEqual([MAPPING_SCOPE, MANAGEMENT]);
    expect(requiredScopes([])).toEqual([MAPPING_SCOPE]);
  });
});
