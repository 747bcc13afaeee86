import { STATUS_CODES } from 'node:http';
import * as l10n from '@vscode/l10n';
import { describeFailure } from './failureMessages';
import type { Attempt, ApiFailure } from './apiFailure';

/** Returns what the user requested, to follow "Requested". */
export function requestDescription({ operation }: ApiFailure): string {
  switch (operation) {
    case 'get':
      return l10n.t('Read the mapping');
    case 'create':
      return l10n.t('Map to a skill');
    case 'update':
      return l10n.t('Remap to another skill');
    case 'delete':
      return l10n.t('Delete the mapping');
  }
}

/** Returns whether the mapping may have changed. */
export function effectText({ effect, operation }: ApiFailure): string {
  if (operation === 'get') return l10n.t('None. The mapping was only to be read.');
  return effect === 'none'
    ? l10n.t('None. The service did not carry out the change.')
    : l10n.t('Not known. The change may have taken effect all the same.');
}

/** Returns a status with its standard phrase; never the server's own reason phrase. */
export function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}

/** Returns how one attempt of the failed request ended. */
export function attemptOutcome(failure: ApiFailure, { outcome }: Attempt): string {
  return typeof outcome === 'number' ? statusText(outcome) : describeFailure({ ...failure, kind: outcome }).reason;
}

/** Returns where the request was sent. There is no origin if the configured endpoint was rejected. */
export function splitUrl({ url }: ApiFailure): { readonly origin?: string; readonly path: string } {
  if (!URL.canParse(url)) return { path: url };
  const { origin, pathname } = new URL(url);
  return { origin, path: pathname };
}
