import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  reduceStatus,
  rowState,
  INITIAL_STATUS,
  type ProviderStatus,
  type StatusEvent,
} from '../../../../src/core/mappings/providerStatus';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import { OPERATIONS } from '../../../../src/core/model/networkMapping';
import { aFailure, aReading, mappedTo, notMapped, OTHER_SKILL, SKILL } from '../../../support/builders';

const mapped = aReading(mappedTo(SKILL));
const timeout = aFailure('timeout');
const started: StatusEvent = { type: 'started', operation: 'get' };
const after = (...events: StatusEvent[]) => events.reduce(reduceStatus, INITIAL_STATUS);

describe('the row of a service provider', () => {
  it('shows checking until the first response, and signed out without a session', () => {
    expect(rowState(INITIAL_STATUS, true)).toEqual({ type: 'checking' });
    expect(rowState(INITIAL_STATUS, false)).toEqual({ type: 'signedOut' });
  });

  it('shows checking, not signed out, until the stored session was read', () => {
    expect(rowState(INITIAL_STATUS, undefined)).toEqual({ type: 'checking' });
  });

  it('shows checking while any request is in progress, even with a known mapping', () => {
    for (const operation of OPERATIONS) {
      const status = after({ type: 'read', reading: mapped }, { type: 'started', operation });
      expect(rowState(status, true)).toEqual({ type: 'checking' });
      expect(status.lastKnown).toBe(mapped);
    }
  });

  it('shows what the service returned', () => {
    expect(rowState(after(started, { type: 'read', reading: mapped }), true)).toEqual(mappedTo(SKILL));
    expect(rowState(after(started, { type: 'read', reading: aReading(notMapped) }), true)).toEqual(notMapped);
  });

  it('shows why it could not be read, and keeps the known mapping', () => {
    const status = after({ type: 'read', reading: mapped }, started, { type: 'readFailed', failure: timeout });
    expect(rowState(status, true)).toMatchObject({ type: 'unreadable', readError: { kind: 'timeout' } });
    expect(status).toEqual({ lastKnown: mapped, readError: timeout, lastFailure: timeout });
  });

  it('is certain again after the next successful read', () => {
    const status = after({ type: 'readFailed', failure: timeout }, started, { type: 'read', reading: mapped });
    expect(status).toEqual({ lastKnown: mapped });
  });

  it('shows the actual mapping after a failed write, and keeps the failure for the error details', () => {
    const failure = aFailure('conflict', { operation: 'create' });
    const status = after({ type: 'started', operation: 'create' }, { type: 'read', reading: mapped, failure });
    expect(rowState(status, true)).toEqual(mappedTo(SKILL));
    expect(status.lastFailure).toBe(failure);
  });

  it('explains the write rather than the read when both failed, while the row shows the read error', () => {
    const writeFailure = aFailure('serverError', { operation: 'update' });
    const status = after(started, { type: 'readFailed', failure: timeout, writeFailure });
    expect(status.lastFailure).toBe(writeFailure);
    expect(rowState(status, true)).toMatchObject({ type: 'unreadable', readError: { kind: 'timeout' } });
  });

  it('is unchanged when a read was canceled and a mapping was known', () => {
    const before = after({ type: 'read', reading: mapped });
    const canceled = aFailure('canceled');
    expect([started, { type: 'readFailed', failure: canceled } as const].reduce(reduceStatus, before)).toEqual(before);
  });

  it('needs a refresh after a change of session, with its mapping still known, until a read succeeds or fails', () => {
    const status = after({ type: 'read', reading: mapped }, { type: 'markedStale' });
    expect(rowState(status, true)).toEqual({ type: 'checking' });
    expect(status.lastKnown).toBe(mapped);
    expect(rowState(reduceStatus(status, { type: 'read', reading: mapped }), true)).toEqual(mapped.mapping);
    const canceled = reduceStatus(status, { type: 'readFailed', failure: aFailure('canceled') });
    expect(rowState(canceled, true)).toMatchObject({ type: 'unreadable', readError: { kind: 'canceled' } });
  });

  it('shows canceled when the first read was canceled, so that it does not seem to be in progress', () => {
    const status = after(started, { type: 'readFailed', failure: aFailure('canceled') });
    expect(rowState(status, true)).toMatchObject({ type: 'unreadable', readError: { kind: 'canceled' } });
  });
});

describe('superseded and queued requests', () => {
  const queued: StatusEvent = { type: 'queued', operation: 'update' };

  it('leave the row unchanged when a read was superseded', () => {
    const before = after({ type: 'read', reading: mapped });
    expect([started, { type: 'abandoned' } as const].reduce(reduceStatus, before)).toEqual(before);
    expect(after(started, { type: 'abandoned' })).toEqual(INITIAL_STATUS);
  });

  it('leave a row without a known mapping not stale', () => {
    expect(after({ type: 'markedStale' })).toEqual(INITIAL_STATUS);
    expect(after({ type: 'read', reading: mapped }, { type: 'markedStale' })).toEqual({
      lastKnown: mapped,
      stale: true,
    });
  });

  it('are read again after a canceled read once the session or the mapping has changed', () => {
    const canceled = aFailure('canceled', { attempts: [] });
    const failed = (failure: typeof canceled): StatusEvent => ({ type: 'readFailed', failure });
    expect(after(failed(canceled))).toMatchObject({ readError: canceled });
    expect(after(failed(canceled), { type: 'markedStale' })).not.toHaveProperty('readError');
    expect(after(failed(timeout), { type: 'markedStale' })).toMatchObject({ readError: timeout });
    const stale: StatusEvent[] = [{ type: 'read', reading: mapped }, { type: 'markedStale' }, failed(canceled)];
    expect(after(...stale)).toMatchObject({ lastKnown: mapped, stale: true, readError: canceled });
    expect(after(...stale, { type: 'markedStale' })).toEqual({ lastKnown: mapped, stale: true, lastFailure: canceled });
  });

  it('stay queued while the mapping is read, whatever the result', () => {
    expect(after(queued)).toEqual({ queued: 'update' });
    expect(after(queued, started)).toEqual({ queued: 'update', inFlight: 'get' });
    expect(after(queued, started, { type: 'read', reading: mapped })).toEqual({ lastKnown: mapped, queued: 'update' });
    expect(after(queued, started, { type: 'readFailed', failure: timeout })).toEqual({
      queued: 'update',
      readError: timeout,
      lastFailure: timeout,
    });
  });

  it('show what a request waits for until that has ended, and nothing when none is in progress', () => {
    const wait = { attempt: 2, attempts: 6, failure: timeout };
    const waiting: StatusEvent = { type: 'waiting', wait };
    expect(after(started, waiting)).toEqual({ inFlight: 'get', wait });
    expect(after(started, waiting, { type: 'abandoned' })).toEqual(INITIAL_STATUS);
    expect(after(started, waiting, { type: 'read', reading: mapped })).toEqual({ lastKnown: mapped });
    expect(after(started, waiting, { type: 'readFailed', failure: timeout })).toEqual({
      readError: timeout,
      lastFailure: timeout,
    });
    expect(after(waiting)).toEqual(INITIAL_STATUS);
  });

  it('leave the queue when the change begins or is dropped', () => {
    expect(after(queued, { type: 'started', operation: 'update' })).toEqual({ inFlight: 'update' });
    expect(after(queued, { type: 'dequeued' })).toEqual(INITIAL_STATUS);
    expect(after(started, queued, { type: 'dequeued' })).toEqual({ inFlight: 'get' });
    expect(after({ type: 'read', reading: mapped }, queued, { type: 'dequeued' })).toEqual({ lastKnown: mapped });
  });

  it('leave the row unconfirmed when a write failed and its verification was canceled', () => {
    const canceled = aFailure('canceled');
    const writeFailure = aFailure('timeout', { operation: 'update' });
    const status = after({ type: 'read', reading: mapped }, { type: 'readFailed', failure: canceled, writeFailure });
    expect(status).toEqual({ lastKnown: mapped, readError: canceled, lastFailure: writeFailure });
  });
});

describe('a service provider whose mapping is not found', () => {
  const failure = aFailure('notFound', { operation: 'readProvider' });
  const unmapped: StatusEvent = { type: 'read', reading: aReading(notMapped) };
  const asked: StatusEvent = { ...unmapped, existence: { type: 'pending' } };
  const row = (...events: StatusEvent[]) => rowState(after(...events), true).type;

  it('is being checked until it is known whether it exists', () => {
    expect(row(asked)).toBe('checking');
    expect(row(asked, { type: 'lookedUp', existence: { type: 'exists' } })).toBe('notMapped');
    expect(row(asked, { type: 'lookedUp', existence: { type: 'unknown', failure } })).toBe('unknownProvider');
  });

  it.each(['untold', 'unanswered'] as const)('is not mapped as far as is known: %s', (type) => {
    expect(row(asked, { type: 'lookedUp', existence: { type } })).toBe('notMapped');
  });

  it('remains what it was found to be, with the explanation, while its mapping is not found again', () => {
    const unknown: StatusEvent = { type: 'lookedUp', existence: { type: 'unknown', failure } };
    const status = after(asked, unknown, started, unmapped);
    expect(status).toMatchObject({ existence: { type: 'unknown' }, lastFailure: failure });
    const found = reduceStatus(status, { type: 'lookedUp', existence: { type: 'exists' } });
    expect(found).toEqual({ lastKnown: unmapped.reading, existence: { type: 'exists' } });
  });

  it('is asked for again after an answer that did not come, a mapping, and another session', () => {
    const exists: StatusEvent = { type: 'lookedUp', existence: { type: 'exists' } };
    expect(after(asked, exists, unmapped).existence).toEqual({ type: 'exists' });
    expect(after(asked, { type: 'lookedUp', existence: { type: 'unanswered' } }, unmapped)).not.toHaveProperty(
      'existence',
    );
    expect(after(asked, exists, { type: 'read', reading: mapped }, unmapped)).not.toHaveProperty('existence');
    expect(after(asked, exists, { type: 'markedStale' }, unmapped)).not.toHaveProperty('existence');
  });
});

describe('an unconfirmed change', () => {
  const change = { operation: 'delete' as const, serviceProviderId: 'provider' };
  const unconfirmed = { change, failure: timeout };
  const begun: StatusEvent = { type: 'unconfirmed', unconfirmed };
  const ended: StatusEvent = { type: 'unconfirmed', unconfirmed: undefined };

  it('remains, with the failure that explains it, whatever is read, until it is completed', () => {
    const status = after(begun, { type: 'read', reading: mapped, failure: timeout });
    expect(status).toEqual({ lastKnown: mapped, lastFailure: timeout, unconfirmed });
    expect([started, { type: 'read', reading: mapped } as const].reduce(reduceStatus, status)).toEqual(status);
    expect(reduceStatus(status, ended)).toEqual({ lastKnown: mapped });
  });

  it('is explained again once the failure of another change is gone', () => {
    const failure = aFailure('forbidden');
    const status = after(begun, { type: 'read', reading: mapped, failure });
    expect(status.lastFailure).toBe(failure);
    expect(reduceStatus(status, ended)).toEqual({ lastKnown: mapped, lastFailure: failure });
    expect(reduceStatus(status, { type: 'read', reading: mapped }).lastFailure).toBe(timeout);
  });

  it('remains while its mapping cannot be read; its failure remains for the row', () => {
    const status = after(begun, { type: 'readFailed', failure: timeout });
    expect(status).toEqual({ readError: timeout, lastFailure: timeout, unconfirmed });
    expect(reduceStatus(status, ended)).toEqual({ readError: timeout, lastFailure: timeout });
  });
});

describe('any sequence of events', () => {
  const failure = fc.constantFrom(...FAILURE_KINDS).map((kind) => aFailure(kind));
  const reading = fc
    .record({ mapping: fc.constantFrom(notMapped, mappedTo(SKILL), mappedTo(OTHER_SKILL)), at: fc.nat() })
    .map(({ mapping, at }) => aReading(mapping, at));
  const event: fc.Arbitrary<Extract<StatusEvent, { type: 'started' | 'read' | 'readFailed' }>> = fc.oneof(
    fc.constantFrom(...OPERATIONS).map((operation) => ({ type: 'started' as const, operation })),
    fc.record({ type: fc.constant('read' as const), reading, failure }, { requiredKeys: ['type', 'reading'] }),
    fc.record(
      { type: fc.constant('readFailed' as const), failure, writeFailure: failure },
      { requiredKeys: ['type', 'failure'] },
    ),
  );

  const session = fc.constantFrom(true, false, undefined);

  it('keeps the newest reading, ends checking with each response, and never shows an unconfirmed mapping', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), session, (events, signedIn) => {
        let status: ProviderStatus = INITIAL_STATUS;
        let newest: ProviderStatus['lastKnown'];
        for (const each of events) {
          if (each.type === 'read') newest = each.reading;
          status = reduceStatus(status, each);

          expect(status.lastKnown).toBe(newest);
          const row = rowState(status, signedIn);
          if (each.type === 'started') {
            expect(status.inFlight).toBe(each.operation);
            expect(row).toEqual({ type: 'checking' });
            continue;
          }
          expect(status.inFlight).toBeUndefined();
          expect(row.type).not.toBe('checking');
          if (each.type === 'read') {
            expect(status.readError).toBeUndefined();
            expect(row).toEqual(signedIn === false ? { type: 'signedOut' } : each.reading.mapping);
          } else if (each.failure.kind !== 'canceled' || !status.lastKnown) {
            expect(status.readError).toBe(each.failure);
            expect(status.lastFailure).toBe(each.writeFailure ?? each.failure);
          }
          if (status.readError && signedIn !== false)
            expect(row).toEqual({ type: 'unreadable', readError: status.readError });
        }
        expect(INITIAL_STATUS).toEqual({});
      }),
    );
  });
});
