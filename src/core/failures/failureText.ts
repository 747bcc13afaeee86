import { STATUS_CODES } from 'node:http';
import * as l10n from '@vscode/l10n';
import { describeFailure } from './failureMessages';
import type { Attempt, ApiFailure, DetailKind } from './apiFailure';

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
    case 'readProvider':
      return l10n.t('Read the service provider');
    case 'createProvider':
      return l10n.t('Create a service provider');
    case 'updateProvider':
      return l10n.t('Rename the service provider');
    case 'deleteProvider':
      return l10n.t('Delete the service provider');
  }
}

/** Returns whether the mapping may have changed. */
export function effectText({ effect, operation }: ApiFailure): string {
  if (operation === 'get') return l10n.t('None. The request only reads the mapping.');
  if (operation === 'readProvider') return l10n.t('None. The request only reads the service provider.');
  return effect === 'none'
    ? l10n.t('None. The service did not make the change.')
    : l10n.t('Unknown. The change may have taken effect.');
}

const DETAILS: Record<DetailKind, () => string> = {
  tokenUnreadable: () => l10n.t("The access token could not be read from VS Code's secret storage."),
  bodyTooLong: () => l10n.t('The response body is too long.'),
  emptyBody: () => l10n.t('The response body is empty.'),
  webPage: () => l10n.t('The response body is a web page.'),
  unexpectedBody: () => l10n.t('The response body has an unexpected format.'),
  unknownNetworkType: () => l10n.t('The mapping has an unknown network type and no skill.'),
};

/** What is known beyond the status: an error code, or what was wrong with the response; undefined when there is nothing. */
export function detailText({ detail, detailKind }: ApiFailure): string | undefined {
  return detailKind === undefined ? detail : DETAILS[detailKind]();
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
