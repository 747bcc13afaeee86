import * as l10n from '@vscode/l10n';
import { checkAccountName } from './accountName';
import { sanitizeText } from '../text/sanitizeText';
import { checkServiceProviderId, looksLikeSecret } from './identifiers';

/** The full name of the setting with the list. */
export const SERVICE_PROVIDERS_SETTING = 'alexaNetworkMapping.serviceProviders';

/** The fields of an entry of the setting, in the order in which files list them. */
export const FIELDS = ['id', 'name', 'account'] as const;

export type Field = (typeof FIELDS)[number];

/**
 * An entry of the setting as it is written. The service provider is read and changed with the session of its `account`.
 */
export type SettingEntry = Readonly<{ id: string } & Partial<Record<Field, string>>>;

/** A service provider of the `serviceProviders` setting, or of an open mapping file. */
export interface ConfiguredProvider extends SettingEntry {
  readonly type: 'provider';
  /** The name of the mapping file that lists it, safe to display; undefined if the setting does. */
  readonly file?: string;
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
  const secret = FIELDS.find((field) => looksLikeSecret(raw[field] ?? ''));
  if (secret) {
    return {
      type: 'invalid',
      index,
      problem: l10n.t('"{0}" contains a Login with Amazon secret. Remove it from the setting, and revoke it.', secret),
    };
  }
  const { name: givenName = '', account: givenAccount = '' } = raw;
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
function isEntry(raw: unknown): raw is SettingEntry {
  if (typeof raw !== 'object' || raw === null || !('id' in raw) || typeof raw.id !== 'string') return false;
  const fields: Readonly<Partial<Record<Field, unknown>>> = raw;
  return FIELDS.every((field) => fields[field] === undefined || typeof fields[field] === 'string');
}

function describeShapeError(raw: unknown): string {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return l10n.t('Expected an object such as {0}', '{ "id": "amzn1.comms.csp.id.…", "name": "…" }');
  }
  if (!('id' in raw)) return l10n.t('The entry has no "id".');
  if (typeof raw.id !== 'string') return l10n.t('"id" must be a string.');
  return l10n.t('"name" and "account" must be strings.');
}
