import { checkRedirectUri, type RedirectUriCheck } from '../../core/model/redirectUri';
import { readUserSetting } from './userSetting';

/** Where the browser comes back to. */
export function readRedirectUri(): RedirectUriCheck {
  return checkRedirectUri(readUserSetting('redirectUri'));
}
