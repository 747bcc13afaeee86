import { certainReading, knownState, type ProviderStatus, type RowState } from '../mappings/providerStatus';
import type { MappingSnapshot } from '../model/networkMapping';

/** What is known now of a mapping, or why it is not known. */
export type MappingNow =
  | {
      readonly type: 'known';
      readonly reading: MappingSnapshot;
      /** There is no such service provider. */
      readonly isUnknownProvider: boolean;
    }
  /** Not read yet, or it may have been changed since. */
  | { readonly type: 'unread' }
  | { readonly type: 'unreadable' }
  | { readonly type: 'signedOut' };

/** Returns what is known of a mapping: also while it is read again, but not while it is changed. */
export function mappingNow(status: ProviderStatus, { type }: RowState): MappingNow {
  if (type === 'signedOut' || type === 'unreadable') return { type };
  const isChanging = status.inFlight !== undefined && status.inFlight !== 'get';
  const reading = isChanging ? undefined : certainReading(status);
  if (!reading) return { type: 'unread' };
  return { type: 'known', reading, isUnknownProvider: knownState(status)?.type === 'unknownProvider' };
}
