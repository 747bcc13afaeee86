import { beforeEach, expect, it, vi } from 'vitest';
import { contributes } from '../../../../package.json';
import { settingProblems } from '../../../../src/editor/settings/settingProblems';
import { readUserSetting } from '../../../../src/editor/settings/userSetting';

vi.mock('../../../../src/editor/settings/userSetting', () => ({ readUserSetting: vi.fn() }));

const settings = new Map<string, unknown>();

beforeEach(() => {
  settings.clear();
  for (const [key, setting] of Object.entries(contributes.configuration.properties)) {
    settings.set(key.replace('alexaNetworkMapping.', ''), setting.default);
  }
  vi.mocked(readUserSetting).mockImplementation((name) => settings.get(name));
});

const wrong = (account = 'default') => settingProblems(account).map(({ setting }) => setting);

it('finds nothing wrong with the defaults', () => {
  expect(wrong()).toEqual([]);
});

it.each(['apiEndpoint', 'authorizationEndpoint', 'tokenEndpoint', 'redirectUri', 'scopes'])(
  'finds what is wrong with %s',
  (name) => {
    settings.set(name, 'ftp://a.example');
    expect(wrong()).toEqual([`alexaNetworkMapping.${name}`]);
  },
);

it('finds what is wrong with the value of an account, for that account only', () => {
  settings.set('accounts', { europe: { tokenEndpoint: 'http://a.example' } });
  expect(wrong()).toEqual([]);
  expect(wrong('europe')).toEqual(['alexaNetworkMapping.accounts']);
  expect(settingProblems('europe')[0]?.problem).toMatch(/^tokenEndpoint: ./);
});

it('blames the accounts where they are no object, and not the valid setting behind', () => {
  settings.set('accounts', []);
  expect(new Set(wrong())).toEqual(new Set(['alexaNetworkMapping.accounts']));
});
