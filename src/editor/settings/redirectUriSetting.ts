import { checkRedirectUri, type RedirectUriCheck } from '../../core/model/redirectUri';
import { readUserSetting } from './userSetting';

/** Returns where the browser is redirected after a sign-in. */
export function readRedirectUri(): RedirectUriCheck {
  return checkRedirectUri(readUserSetting('redirectUri'));
}
