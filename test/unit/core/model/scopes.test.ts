import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScopes, MAPPING_SCOPE, missingScopes, requiredScopes } from '../../../../src/core/model/scopes';
import { anyText } from '../../../support/arbitraries';

const MANAGEMENT = 'alexa::enterprise:management';

describe('the scopes setting', () => {
  it('is used unchanged, without duplicates', () => {
    expect(checkScopes([MANAGEMENT, MAPPING_SCOPE])).toEqual({ ok: true, scopes: [MANAGEMENT, MAPPING_SCOPE] });
    expect(checkScopes([MAPPING_SCOPE, 'profile', MAPPING_SCOPE])).toEqual({
      ok: true,
      scopes: [MAPPING_SCOPE, 'profile'],
    });
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['a string', MAPPING_SCOPE],
    ['an object', { 0: MAPPING_SCOPE, length: 1 }],
    ['an empty list', []],
    ['a list with an empty scope', [MAPPING_SCOPE, '']],
    ['a list with two scopes in one string', [`${MANAGEMENT} ${MAPPING_SCOPE}`]],
    ['a list with a scope that ends in a line break', [`${MAPPING_SCOPE}\n`]],
    ['a list with a quote', ['"profile"']],
    ['a list with a backslash', ['pro\\file']],
    ['a list with a letter outside ASCII', ['profilé']],
    ['a list with a number', [MAPPING_SCOPE, 1]],
    ['a nested list', [[MAPPING_SCOPE]]],
  ])('that is %s is rejected with an example', (_what, value) => {
    const checked = checkScopes(value);
    expect(checked.ok).toBe(false);
    expect(checked).toHaveProperty('problem', `Expected a list of scopes such as ["${MAPPING_SCOPE}"]`);
  });

  it('has scopes that can be distinguished when joined by spaces', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anyText(8), fc.constant('profile'))), (value) => {
        const checked = checkScopes(value);
        if (checked.ok) expect(checked.scopes.join(' ').split(' ')).toEqual([...new Set(value)]);
      }),
    );
  });
});

describe('the missing scopes', () => {
  it.each([
    ['none when all were granted, in any order', [MANAGEMENT, MAPPING_SCOPE], [MAPPING_SCOPE, MANAGEMENT], []],
    ['none when more were granted', [MAPPING_SCOPE], [MAPPING_SCOPE, 'profile'], []],
    ['those that were not granted', [MANAGEMENT, MAPPING_SCOPE], [MANAGEMENT], [MAPPING_SCOPE]],
    ['all when none was granted', [MANAGEMENT, MAPPING_SCOPE], [], [MANAGEMENT, MAPPING_SCOPE]],
    ['none when the granted scopes are unknown', [MAPPING_SCOPE], undefined, []],
    ['those in another letter case', [MAPPING_SCOPE], [MAPPING_SCOPE.toUpperCase()], [MAPPING_SCOPE]],
    ['those of which only a part was granted', [MAPPING_SCOPE], ['amazon_communication'], [MAPPING_SCOPE]],
  ])('are %s', (_which, target, granted, expected) => {
    expect(missingScopes(target, granted)).toEqual(expected);
  });
});

describe('the scopes of a sign-in', () => {
  it('are the requested ones and the required one, without duplicates', () => {
    expect(requiredScopes([MANAGEMENT])).toEqual([MAPPING_SCOPE, MANAGEMENT]);
    expect(requiredScopes([MANAGEMENT, MAPPING_SCOPE])).toEqual([MAPPING_SCOPE, MANAGEMENT]);
    expect(requiredScopes([])).toEqual([MAPPING_SCOPE]);
  });
});
