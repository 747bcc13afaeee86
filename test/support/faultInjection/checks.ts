import { expect, vi } from 'vitest';
import { describeFailure } from '../../../src/core/failures/failureMessages';
import { mayTakeEffectLater, type ApiFailure } from '../../../src/core/failures/apiFailure';
import { isSameMapping, targetOf } from '../../../src/core/model/networkMapping';
import type { ProviderStatus, RowState } from '../../../src/core/mappings/providerStatus';
import { effectOf } from '../../simulator/failure';
import type { RecordedChangeLog } from '../recordedChangeLog';
import { expectedKind, isEndless, indistinguishableOutcome } from './mappingFaults';
import type { ProviderUnderTest } from './providerUnderTest';

/** The row shows the actual mapping, or that it could not be read. */
export function checkRow(provider: ProviderUnderTest, row: RowState, context: string): void {
  expect(row.type, context).not.toBe('checking');
  switch (indistinguishableOutcome(provider.requestCase, provider.fault.name, provider.scope)) {
    case 'nothing is mapped':
      expect(row.type, context).toBe('notMapped');
      break;
    case 'it is done':
      expect(row.type, context).toBe(provider.requestCase.operation === 'delete' ? 'notMapped' : 'mapped');
      break;
    case undefined:
      expect(row.type === 'unreadable' || provider.isTruth(row), context).toBe(true);
  }
}

/** At most one write was sent, not counting those rejected unprocessed; a rejected token was refreshed at most once. */
export function checkWrites({ countedWrites, effects, operationRequests }: ProviderUnderTest, context: string): void {
  expect(countedWrites, `writes that were not rejected: ${context}`).toBeLessThanOrEqual(1);
  expect(effects, `writes that took effect: ${context}`).toBeLessThanOrEqual(1);
  expect(
    operationRequests.filter(({ status }) => status === 401).length,
    `rejected tokens: ${context}`,
  ).toBeLessThanOrEqual(2);
}

/** After recovery, the status has no trace of the fault but an unconfirmed change that may still take effect, as far as was read. */
export function checkAfterwards(
  provider: ProviderUnderTest,
  { lastKnown, unconfirmed, existence, ...status }: ProviderStatus,
): void {
  const context = JSON.stringify({ truth: provider.truth, lastKnown, unconfirmed });
  expect(lastKnown, context).toBeDefined();
  // Known of one whose mapping was deleted.
  expect(existence?.type ?? 'exists', context).toBe('exists');
  expect(status, context).toEqual(unconfirmed ? { lastFailure: unconfirmed.failure } : {});
  if (!unconfirmed) return;
  const { change, failure, settledAtMs = Infinity } = unconfirmed;
  expect(isSameMapping(provider.truth, targetOf(change)), context).toBe(false);
  const isReadTooEarly = lastKnown !== undefined && lastKnown.readAtMs < settledAtMs;
  expect(isReadTooEarly, context).toBe(true);
  // Without a response, no read settles it.
  expect(mayTakeEffectLater(failure), context).toBe(settledAtMs === Infinity);
}

/** Every request has ended or was canceled. Waits until the service has noticed. */
export async function checkNoneOpen({ id, simulator }: Pick<ProviderUnderTest, 'id' | 'simulator'>): Promise<void> {
  const open = () =>
    simulator.control.requests().filter(({ serviceProviderId, ended }) => serviceProviderId === id && ended === 'open');
  await vi.waitFor(() => {
    expect(open(), 'abandoned requests').toEqual([]);
  });
}

/** Each change was recorded, with its outcome or as unconfirmed. */
export function checkRecordedChange(
  provider: ProviderUnderTest,
  changeLog: RecordedChangeLog,
  failure: ApiFailure | undefined,
): void {
  const { requestCase, fault, scope, truth } = provider;
  const recorded = changeLog.all.filter(({ started }) => started.serviceProviderId === provider.id);
  const context = JSON.stringify({ truth, recorded });
  expect(recorded.length, context).toBe(requestCase.operation === 'get' ? 0 : 1);
  const [change] = recorded;
  if (!change) return;
  const { closing } = change;
  if (!closing) throw new Error(`the change was not completed: ${context}`);
  expect(closing.failure, context).toBe(failure?.kind);
  expect(closing.status, context).toBe(failure?.status);
  if (failure) expect(closing.requestId, context).toBe(failure.requestId);
  if (closing.result === 'notSent') expect(provider.effects, context).toBe(0);
  if (indistinguishableOutcome(requestCase, fault.name, scope)) return;
  // An unconfirmed change may take effect after the last read.
  const mayApplyLater = closing.result === 'unconfirmed' && effectOf(fault.failure) === 'later';
  if (closing.actual && !mayApplyLater) expect(isSameMapping(closing.actual, truth), context).toBe(true);
  if (closing.result === 'succeeded') expect(isSameMapping(truth, change.started.target), context).toBe(true);
  if (closing.result === 'failed')
    expect(isSameMapping(truth, change.started.target) && provider.effects > 0, context).toBe(false);
}

/** The request failed with the kind that the fault causes, with correct details and a complete message. */
export function checkFailure(provider: ProviderUnderTest, failure: ApiFailure | undefined, context: string): void {
  expect(failure?.kind, context).toBe(expectedKind(provider.requestCase, provider.fault.name));
  if (!failure) return;
  checkDetails(provider, failure, context);
  checkMessage(failure);
}

/**
 * As {@link checkFailure}, for a request during which another event happened: that event may have caused a failure of its own,
 * or canceled the request before the fault could affect it again.
 */
export function checkInterruptedFailure(
  provider: ProviderUnderTest,
  failure: ApiFailure | undefined,
  context: string,
): void {
  const usual = expectedKind(provider.requestCase, provider.fault.name);
  expect([usual, 'canceled', 'signedOut', 'unauthorized'], context).toContain(failure?.kind);
  if (!failure) return;
  checkMessage(failure);
  if (failure.kind === usual) checkDetails(provider, failure, context);
}

/** The details of a failure match what the service recorded. */
function checkDetails(
  { id, requestCase, operationRequests, fault }: ProviderUnderTest,
  failure: ApiFailure,
  context: string,
): void {
  const last = operationRequests.at(-1);
  expect(failure.operation, context).toBe(requestCase.operation);
  expect(failure.url, context).toContain(`/${encodeURIComponent(id)}/`);
  // A short timeout may elapse on a busy computer before the request has arrived.
  if (isEndless(fault.failure))
    expect(failure.attempts.length, context).toBeGreaterThanOrEqual(operationRequests.length);
  else expect(failure.attempts.length, `attempts: ${context}`).toBe(operationRequests.length);
  const { failure: injected } = fault;
  const response = injected.kind === 'answer' && last?.fault !== undefined ? injected : undefined;
  if (response || failure.status !== undefined) expect(failure.status, context).toBe(last?.status);
  const hasRequestId = failure.status !== undefined && response?.requestId !== 'missing';
  expect(failure.requestId, context).toBe(hasRequestId ? last?.requestId : undefined);
  const hasRetryAfter = response?.retryAfter !== undefined && !('raw' in response.retryAfter);
  expect(failure.retryAfterMs !== undefined, context).toBe(hasRetryAfter);
  if (operationRequests.some(({ tookEffect }) => tookEffect)) expect(failure.effect, context).toBe('unknown');
}

/** The kinds of failure that come with a response, and so with a status. */
const KINDS_WITH_STATUS: ReadonlySet<string> = new Set([
  'unauthorized',
  'forbidden',
  'notFound',
  'badRequest',
  'conflict',
  'serverError',
  'unexpectedResponse',
]);

/** The message of the failure is complete, with no unfilled placeholder and no secret. */
export function checkMessage(failure: ApiFailure): void {
  if (KINDS_WITH_STATUS.has(failure.kind)) expect(failure.status, JSON.stringify(failure)).toBeDefined();
  const { reason, title, cause: why, nextSteps, links, suggestedActions } = describeFailure(failure);
  const texts = [reason, title, why, ...nextSteps, ...links.map(({ label }) => label)];
  for (const text of texts) {
    expect(text.trim()).not.toBe('');
    expect(text).not.toMatch(/\{\w*\}|undefined|\bnull\b|NaN|\[object|Atz[ar]\||Bearer/);
  }
  expect(nextSteps, failure.kind).not.toEqual([]);
  expect(suggestedActions, failure.kind).not.toEqual([]);
  for (const { url } of links) expect(url).toMatch(/^https:\/\/\S+$/);
}
