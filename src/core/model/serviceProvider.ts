import { OPERATIONS } from './networkMapping';

/** The operations on a service provider itself. */
const PROVIDER_OPERATIONS = ['readProvider', 'createProvider', 'updateProvider', 'deleteProvider'] as const;

export type ProviderOperation = (typeof PROVIDER_OPERATIONS)[number];

/** The operations of all APIs. */
export const REQUEST_OPERATIONS = [...OPERATIONS, ...PROVIDER_OPERATIONS] as const;

export type RequestOperation = (typeof REQUEST_OPERATIONS)[number];

/** Whether an operation changes nothing. */
export function isReadOperation(operation: RequestOperation): boolean {
  return operation === 'get' || operation === 'readProvider';
}

/** Whether an operation is on a service provider itself, and not on its mapping. */
export function isProviderOperation(operation: RequestOperation): operation is ProviderOperation {
  return operation.endsWith('Provider');
}
