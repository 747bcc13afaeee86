import type { FailureKind } from '../failures/apiFailure';
import type { ChangeOperation, NetworkMapping } from '../model/networkMapping';
import { isProviderOperation } from '../model/serviceProvider';

/** What is recorded of every change before it is sent. Contains no secrets: no token, and no text of the service unless redacted. */
interface AnyChange {
  /** Shared by all changes of one operation, such as a remap of many service providers. */
  readonly operationId: string;
  /** How many service providers were selected for the operation, including those without a change. */
  readonly selected?: number;
  /** The change that this one undoes. */
  readonly revertsChangeId?: string;
  /** Empty for a create of a service provider, whose ID the service assigns. */
  readonly serviceProviderId: string;
  /** The service provider's name in the list at that time. */
  readonly name?: string;
  /** The name of the account that sends it. */
  readonly account?: string;
  /** The API endpoint that it is sent to. */
  readonly endpoint: string;
}

/** A change of one mapping. */
export interface NewMappingChange extends AnyChange {
  readonly operation: ChangeOperation;
  /** The mapping before the change; missing if unknown. */
  readonly before?: NetworkMapping;
  /** The mapping requested by the change. */
  readonly target: NetworkMapping;
}

/** A create of a service provider. */
export interface NewProviderCreation extends AnyChange {
  readonly operation: 'createProvider';
  /** All that identifies it until the service has returned its ID. */
  readonly logicalId: string;
  /** The requested display name, if any. */
  readonly displayName?: string;
}

/** A new display name of a service provider at the service. */
export interface NewProviderRename extends AnyChange {
  readonly operation: 'updateProvider';
  /** The display name before the change; missing if unknown. */
  readonly displayNameBefore?: string;
  /** The requested display name. */
  readonly displayName: string;
}

/** A deletion of a service provider. */
export interface NewProviderDeletion extends AnyChange {
  readonly operation: 'deleteProvider';
  /** What the service had before, as far as it told. */
  readonly logicalId?: string;
  readonly displayName?: string;
  readonly mapping?: NetworkMapping;
}

/** A change of a service provider itself. */
export type NewProviderChange = NewProviderCreation | NewProviderRename | NewProviderDeletion;

/** A change to record. */
export type NewChange = NewMappingChange | NewProviderChange;

interface Recorded {
  /** The ID of this change. */
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly startedAtMs: number;
}

/** A change as recorded before it is sent. */
export type ChangeStarted = Recorded & NewChange;

/**
 * - `succeeded`: the service has what was requested.
 * - `failed`: it has not; `actual` is the mapping, if that could be read.
 * - `notSent`: stopped, or rejected by this program, before anything was sent.
 * - `unconfirmed`: unknown whether it took effect, or still may; `actual` is the mapping read last, if any.
 */
export type ChangeResult = 'succeeded' | 'failed' | 'notSent' | 'unconfirmed';

/** The outcome of a change. */
export interface ChangeCompleted {
  readonly id: string;
  /** Unix time in milliseconds. */
  readonly completedAtMs: number;
  readonly result: ChangeResult;
  /** After a change of a mapping: the mapping at that time, if known. */
  readonly actual?: NetworkMapping;
  /** After a create of a service provider: the ID that the service assigned. */
  readonly createdId?: string;
  /** Why it did not succeed at once. */
  readonly failure?: FailureKind;
  /** The HTTP status of the last response to it, if any. */
  readonly status?: number;
  readonly requestId?: string;
  /** It was found open at a later start and completed by reading its mapping. */
  readonly recovered?: true;
}

interface Outcome {
  readonly completed?: ChangeCompleted;
}

/** A change and, unless it is still open, its outcome. */
export type ChangeRecord = ChangeStarted & Outcome;
export type MappingChangeRecord = Recorded & NewMappingChange & Outcome;
export type ProviderChangeRecord = Recorded & NewProviderChange & Outcome;

/** Whether a change is of a service provider itself, and not of its mapping. */
export function isProviderChange<C extends Pick<ChangeRecord, 'operation'>>(
  change: C,
): change is Extract<C, { readonly operation: NewProviderChange['operation'] }> {
  return isProviderOperation(change.operation);
}

/** Returns the service provider of a change; undefined of a create whose ID is not known. */
export function providerOf({ serviceProviderId, completed }: Pick<ChangeRecord, 'serviceProviderId' | 'completed'>) {
  return serviceProviderId === '' ? completed?.createdId : serviceProviderId;
}
