import * as l10n from '@vscode/l10n';
import type { CheckedLink, SetupLink, SetupProblem } from './setupCheck';

/** Returns what is wrong with the first broken link; undefined if none is broken. */
export function problemOf(links: readonly CheckedLink[]): SetupProblem | undefined {
  return links.flatMap((each) => (each.type === 'broken' ? [each.problem] : []))[0];
}

/** Returns the result of a check without a broken link: a sentence without its period. */
export function verdict(links: readonly CheckedLink[]): string {
  return links.every(({ type }) => type === 'ok')
    ? l10n.t('Everything works')
    : l10n.t('Nothing is broken, as far as it could be checked');
}

/** Returns what is checked, in a few words. */
export function linkName(link: SetupLink): string {
  switch (link) {
    case 'settings':
      return l10n.t('Settings');
    case 'signIn':
      return l10n.t('Sign-in');
    case 'permissions':
      return l10n.t('Permissions of the sign-in');
    case 'listed':
      return l10n.t('Service provider in the list');
    case 'connection':
      return l10n.t('Connection to the service');
    case 'access':
      return l10n.t('API access of the client ID');
    case 'availability':
      return l10n.t('WebRTC add-on, kind and country of the property');
    case 'serviceProvider':
      return l10n.t('Service provider at the service');
    case 'mapping':
      return l10n.t('Mapping to a skill');
    case 'skill':
      return l10n.t('Permission of the skill');
    case 'clock':
      return l10n.t('Clock of this computer');
  }
}
