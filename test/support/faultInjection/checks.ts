import { expect, vi } from 'vitest';
import { describeFailure } from '../../../src/core/failures/failureMessages';
import { mayTakeEffectLater, type ApiFailure } from '../../../src/core/failures/apiFailure';
import { isSameMapping, targetOf } from '../../../src/core/model/networkMapping';
import type { ProviderStatus, RowState } from '../../../src/core/mappings/providerStatus';
import { effectOf } from '../../simulator/failure';
import type { RecordedChangeLog } from '../notedChanges';
import { expectedKind, isEndless, lie } from './mappingFaults';
import type { ProviderUnderTest } from './providerUnderTest';

/** The row shows what is true, or says that it cannot be told. */
export function checkRow(provider: ProviderUnderTest, row: RowState, story: string): void {
  expect(row.type, story).not.toBe('checking');
  switch (lie(provider.requestCase, provider.fault.name, provider.reach)) {
    case 'nothing is mapped':
      expect(row.type, story).toBe('notMapped');
      break;
    case 'it is done':
      expect(row.type, story).toBe(provider.requestCase.operation === 'delete' ? 'notMapped' : 'mapped');
      break;
    case undefined:
      expect(row.type === 'unreadable' || provider.isTruth(row), story).toBe(true);
  }
}

/** The wish was sent once at most, but for what the service refused unseen; a refused token was replaced once. */
export function checkWrites({ countedWrites, effects, target }: ProviderUnderTest, story: string): void {
  expect(countedWrites, `writes that were not refused: ${story}`).toBeLessThanOrEqual(1);
  expect(effects, `writes that took effect: ${story}`).toBeLessThanOrEqual(1);
  expect(target.filter(({ status }) => status === 401).length, `tokens refused: ${story}`).toBeLessThanOrEqual(2);
}

/** Once all is well again, nothing is left of the fault but a change that may still take effect, as far as can be known. */
export function checkAfterwards(
  provider: ProviderUnderTest,
  { lastKnown, unconfirmed, ...status }: ProviderStatus,
): void {
  const story = JSON.stringify({ truth: provider.truth, lastKnown, unconfirmed });
  expect(lastKnown, story).toBeDefined();
  expect(status, story).toEqual(unconfirmed ? { lastFailure: unconfirmed.failure } : {});
  if (!unconfirmed) return;
  const { change, failure } = unconfirmed;
  expect(isSameMapping(provider.truth, targetOf(change)), story).toBe(false);
  expect(mayTakeEffectLater(failure), story).toBe(true);
}

/** Every request has ended or was given up, at the latest when the service has heard of that. */
export async function checkNoneOpen({ id, simulator }: Pick<ProviderUnderTest, 'id' | 'simulator'>): Promise<void> {
  const open = () =>
    simulator.control.requests().filter(({ serviceProviderId, ended }) => serviceProviderId === id && ended === 'open');
  await vi.waitFor(() => {
    expect(open(), 'requests that nothing waits for').toEqual([]);
  });
}

/** Each change was noted, and its note tells what became of it, or that nobody knows. */
export function checkNote(
  provider: ProviderUnderTest,
  noted: RecordedChangeLog,
  failure: ApiFailure | undefined,
): void {
  const { requestCase, fault, reach, truth } = provider;
  const notes = noted.all.filter(({ started }) => started.serviceProviderId === provider.id);
  const story = JSON.stringify({ truth, notes });
  expect(notes.length, story).toBe(requestCase.operation === 'get' ? 0 : 1);
  const [note] = notes;
  if (!note) return;
  const { closing } = note;
  if (!closing) throw new Error(`the note is open: ${story}`);
  expect(closing.failure, story).toBe(failure?.kind);
  expect(closing.status, story).toBe(failure?.status);
  if (failure) expect(closing.requestId, story).toBe(failure.requestId);
  if (closing.result === 'notSent') expect(provider.effects, story).toBe(0);
  if (lie(requestCase, fault.name, reach)) return;
  // What is unconfirmed may have taken effect after it was read last.
  const mayBeLate = closing.result === 'inDoubt' && effectOf(fault.failure) === 'later';
  if (closing.actual && !mayBeLate) expect(isSameMapping(closing.actual, truth), story).toBe(true);
  if (closing.result === 'done') expect(isSameMapping(truth, note.started.target), story).toBe(true);
  if (closing.result === 'failed')
    expect(isSameMapping(truth, note.started.target) && provider.effects > 0, story).toBe(false);
}

/** What the wish ended with is what the fault means, and both its facts and its words are right. */
export function checkFailure(provider: ProviderUnderTest, failure: ApiFailure | undefined, story: string): void {
  expect(failure?.kind, story).toBe(expectedKind(provider.requestCase, provider.fault.name));
  if (!failure) return;
  checkFacts(provider, failure, story);
  checkWords(failure);
}

/**
 * As {@link checkFailure}, for a wish during which something else has happened: it may have ended in a failure of its own, which
 * says where the service was left, or have been given up before the fault could strike it again.
 */
export function checkEnding(provider: ProviderUnderTest, failure: ApiFailure | undefined, story: string): void {
  const usual = expectedKind(provider.requestCase, provider.fault.name);
  expect([usual, 'cancelled', 'signedOut', 'unauthorized'], story).toContain(failure?.kind);
  if (!failure) return;
  checkWords(failure);
  if (failure.kind === usual) checkFacts(provider, failure, story);
}

/** The facts of a failure are those that its service has recorded. */
function checkFacts({ id, requestCase, target, fault }: ProviderUnderTest, failure: ApiFailure, story: string): void {
  const last = target.at(-1);
  expect(failure.operation, story).toBe(requestCase.operation);
  expect(failure.url, story).toContain(`/${encodeURIComponent(id)}/`);
  // Where the limit is short, it may pass on a busy computer before a request has arrived.
  if (isEndless(fault.failure)) expect(failure.attempts.length, story).toBeGreaterThanOrEqual(target.length);
  else expect(failure.attempts.length, `attempts: ${story}`).toBe(target.length);
  const { failure: how } = fault;
  const struck = how.kind === 'answer' && last?.fault !== undefined ? how : undefined;
  if (struck || failure.status !== undefined) expect(failure.status, story).toBe(last?.status);
  const isNamed = failure.status !== undefined && struck?.requestId !== 'missing';
  expect(failure.requestId, story).toBe(isNamed ? last?.requestId : undefined);
  const asksToWait = struck?.retryAfter !== undefined && !('raw' in struck.retryAfter);
  expect(failure.retryAfterMs !== undefined, story).toBe(asksToWait);
  if (target.some(({ tookEffect }) => tookEffect)) expect(failure.effect, story).toBe('unknown');
}

/** The kinds that come with an answer, and so with its status. */
const ANSWERED: ReadonlySet<string> = new Set([
  'unauthorized',
  'forbidden',
  'notFound',
  'badRequest',
  'conflict',
  'serverError',
  'unexpectedResponse',
]);

/** The failure can be told to a person, in whole sentences with nothing left out. */
export function checkWords(failure: ApiFailure): void {
  if (ANSWERED.has(failure.kind)) expect(failure.status, JSON.stringify(failure)).toBeDefined();
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
