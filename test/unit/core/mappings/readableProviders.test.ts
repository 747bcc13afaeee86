import { expect, it } from 'vitest';
import type { FailureKind } from '../../../../src/core/failures/apiFailure';
import { rowState, type ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { readableProviders } from '../../../../src/core/mappings/readableProviders';
import { aFailure, aProvider, aReading, mappedTo, notMapped, SKILL } from '../../../support/builders';

const STORED_AT_MS = 1_700_000_000_000;
const SESSION = 'pasted';

/** Counts service providers with these statuses, which the session serves. */
function counted(statuses: readonly ProviderStatus[], servedBy = SESSION) {
  const statusOf = (id: string) => statuses[Number(id)] ?? {};
  return readableProviders(
    {
      providers: statuses.map((_, index) => aProvider(String(index))),
      sender: () => ({ endpoint: '', session: servedBy }),
      status: statusOf,
      row: (id) => rowState(statusOf(id), true),
    },
    SESSION,
    STORED_AT_MS,
  );
}

const read = (mapping: typeof notMapped, at = STORED_AT_MS) => ({ lastKnown: aReading(mapping, at) });

function failed(kind: FailureKind, startedAtMs = STORED_AT_MS): ProviderStatus {
  const attempts = [{ startedAtMs, durationMs: 1, outcome: kind }];
  return { ...read(mappedTo(SKILL), 1), readError: aFailure(kind, { attempts }) };
}

it('tells what can be read from what is refused, and neither from what failed otherwise', () => {
  const unknown = aFailure('notFound', { operation: 'readProvider' });
  expect(
    counted([
      read(mappedTo(SKILL)),
      { ...read(notMapped), existence: { type: 'exists' } },
      failed('unauthorized'),
      failed('forbidden'),
      { ...read(notMapped), existence: { type: 'unknown', failure: unknown } },
      ...(['throttled', 'serverError', 'unavailable', 'timeout', 'network', 'unexpectedResponse'] as const).map(
        (kind) => failed(kind),
      ),
    ]),
  ).toEqual({ listed: 11, readable: 2, refused: ['2', '3', '4'], unchecked: 6 });
});

it.each<[string, ProviderStatus]>([
  ['is being read', { ...read(mappedTo(SKILL)), inFlight: 'get' }],
  ['was not read', {}],
  ['was read with another session', { ...read(mappedTo(SKILL)), stale: true }],
  ['was read before', read(mappedTo(SKILL), STORED_AT_MS - 1)],
  ['failed before', failed('unauthorized', STORED_AT_MS - 1)],
  ['was not sent', { readError: aFailure('signedOut', { attempts: [] }) }],
  ['was canceled', failed('canceled')],
  ['may not exist', { ...read(notMapped), existence: { type: 'pending' } }],
])('counts nothing while one %s', (_when, status) => {
  expect(counted([read(mappedTo(SKILL)), status])).toBeUndefined();
});

it('counts nothing that another session serves', () => {
  expect(counted([read(mappedTo(SKILL))], 'other')).toBeUndefined();
  expect(counted([])).toBeUndefined();
});
