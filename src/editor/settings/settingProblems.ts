import type { SettingProblem } from '../../core/setup/setupCheck';
import { readAccountSetting } from './accountSettings';
import { readApiEndpoint } from './apiEndpoint';
import { readAuthorizationEndpoint, readScopes, readTokenEndpoint } from './loginWithAmazonSettings';
import { readRedirectUri } from './redirectUriSetting';
import { readUserSetting } from './userSetting';

const ENDPOINTS = {
  apiEndpoint: readApiEndpoint,
  authorizationEndpoint: readAuthorizationEndpoint,
  tokenEndpoint: readTokenEndpoint,
} as const;

/**
 * Returns what is wrong with the settings that requests and sign-ins of an account use. An account's own value is a
 * problem of the setting `accounts`.
 */
export function settingProblems(account: string): readonly SettingProblem[] {
  const endpoints = Object.entries(ENDPOINTS).flatMap(([name, read]) => {
    const check = read(account);
    if (check.ok) return [];
    const isOwn = readAccountSetting(account, name as keyof typeof ENDPOINTS) !== readUserSetting(name);
    return [isOwn ? problemOf('accounts', `${name}: ${check.problem}`) : problemOf(name, check.problem)];
  });
  const others = Object.entries({ redirectUri: readRedirectUri(), scopes: readScopes() }).flatMap(([name, check]) =>
    check.ok ? [] : [problemOf(name, check.problem)],
  );
  return [...endpoints, ...others];
}

function problemOf(name: string, problem: string): SettingProblem {
  return { setting: `alexaNetworkMapping.${name}`, problem };
}
