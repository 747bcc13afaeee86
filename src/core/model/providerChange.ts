import { sanitizeText } from '../text/sanitizeText';

/** A change of a service provider itself that a user requests. */
export type ProviderChange =
  | {
      readonly operation: 'createProvider';
      /** Unique for each service provider: a create with one that is in use fails. */
      readonly logicalId: string;
      readonly displayName?: string;
    }
  | { readonly operation: 'updateProvider'; readonly serviceProviderId: string; readonly displayName: string }
  | { readonly operation: 'deleteProvider'; readonly serviceProviderId: string };

/** What was read of a service provider. */
interface Reading {
  readonly type: 'exists' | 'unknown';
  readonly displayName?: string;
}

/** Whether what was read shows that a rename or a deletion has taken effect. */
export function hasTakenEffect(
  change:
    { readonly operation: 'updateProvider'; readonly displayName: string } | { readonly operation: 'deleteProvider' },
  { type, displayName }: Reading,
): boolean {
  switch (change.operation) {
    case 'updateProvider':
      // Text of the service is made safe to display when it is read.
      return displayName !== undefined && displayName === sanitizeText(change.displayName);
    case 'deleteProvider':
      return type === 'unknown';
  }
}
