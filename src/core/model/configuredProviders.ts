import * as l10n from '@vscode/l10n';
import { checkAccountName } from './accountName';
import { sanitizeText } from '../text/sanitizeText';
import { checkServiceProviderId, looksLikeSecret } from './identifiers';

/** The full name of the setting with the list. */
export const SERVICE_PROVIDERS_SETTING = 'alexaNetworkMapping.serviceProviders';

/** A service provider of the `serviceProviders` setting. */
export interface ConfiguredProvider {
  readonly type: 'provider';
  readonly id: string;
  readonly name?: string;
  /** The account whose session reads and writes this provider. */
  readonly account?: string;
  /** Why the ID looks unusual, if it does. */
  readonly warning?: string;
}

/** An invalid entry of the setting. It is left in the setting unchanged. */
interface InvalidEntry {
  readonly type: 'invalid';
  /** Its index in the array, from 0; -1 if the setting itself is not an array. */
  readonly index: number;
  readonly problem: string;
}

export type ConfiguredEntry = ConfiguredProvider | InvalidEntry;

interface RawEntry {
  readonly id: string;
  readonly name?: string;
  readonly account?: string;
}

/**
 * Parses any value of the `serviceProviders` setting: each entry becomes a provider or an invalid entry with the
 * reason.
 */
export function parseConfiguredProviders(setting: unknown): ConfiguredEntry[] {
  if (!Array.isArray(setting)) {
    return [{ type: 'invalid', index: -1, problem: l10n.t('The setting must be a list of service providers.') }];
  }
  const places = new Map<string, number>();
  return setting.map((raw: unknown, index) => {
    const entry = parseEntry(raw, index);
    if (entry.type === 'invalid') return entry;
    const earlier = places.get(entry.id);
    if (earlier !== undefined) {
      return { type: 'invalid', index, problem: l10n.t('Same ID as entry {0}. Remove one of them.', earlier + 1) };
    }
    places.set(entry.id, index);
    return entry;
  });
}

function parseEntry(raw: unknown, index: number): ConfiguredEntry {
  if (!isEntry(raw)) return { type: 'invalid', index, problem: describeShapeError(raw) };
  const check = checkServiceProviderId(raw.id);
  if (!check.ok) return { type: 'invalid', index, problem: check.problem };
  const { name: givenName = '', account: givenAccount = '' } = raw;
  const secret = Object.entries({ name: givenName, account: givenAccount }).find(([, text]) => looksLikeSecret(text));
  if (secret) {
    return {
      type: 'invalid',
      index,
      problem: l10n.t(
        '"{0}" contains a Login with Amazon secret. Remove it from the setting, and revoke it.',
        secret[0],
      ),
    };
  }
  const name = sanitizeText(givenName, 200);
  const account = givenAccount.trim() === '' ? undefined : checkAccountName(givenAccount);
  if (account?.ok === false)
    return {
      type: 'invalid',
      index,
      problem: l10n.t({
        message: '"account": {0}',
        args: [account.problem],
        comment: ['{0} is a whole sentence that says what is wrong with this field of an entry.'],
      }),
    };
  return {
    type: 'provider',
    id: check.value,
    ...(name && { name }),
    ...(account && { account: account.value }),
    ...(check.warning && { warning: check.warning }),
  };
}

/** By hand, because this is all that activation would need a library for. */
function isEntry(raw: unknown): raw is RawEntry {
  if (typeof raw !== 'object' || raw === null || !('id' in raw) || typeof raw.id !== 'string') return false;
  const { name, account }: Readonly<Record<'name' | 'account', unknown>> = {
    name: undefined,
    account: undefined,
    ...raw,
  };
  return [name, account].every((text) => text === undefined || typeof text === 'string');
}

function describeShapeError(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return l10n.t('Expected an object such as {0}', '{ "id": "amzn1.comms.csp.id.…", "name": "…" }');
  }
  if (!('id' in raw)) return l10n.t('The entry has no "id".');
  if (typeof raw.id !== 'string') return l10n.t('"id" must be a string.');
  return l10n.t('"name" and "account" must be strings.');
}
