import { beforeEach, describe, expect, it } from 'vitest';
import { MappingStore } from '../../../../src/core/mappings/mappingStore';
import { countSkillUse, mayHandleAny, skillUseText, type SkillUse } from '../../../../src/core/presentation/skillUse';
import { aProvider, mappedTo, OTHER_SKILL, signedInTo, signedOut, SKILL } from '../../../support/builders';
import { MappingsInMemory } from '../../../support/mappingsInMemory';

const IDS = ['a', 'b', 'c', 'd', 'e'].map((end) => `amzn1.comms.csp.id.${end}`);
const [A = '', B = '', C = '', D = '', E = ''] = IDS;
const OTHER_FORMAT = SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.');

let service: MappingsInMemory;
let store: MappingStore;

beforeEach(() => {
  service = new MappingsInMemory();
  service.mappings.set(A, mappedTo(SKILL));
  service.mappings.set(B, mappedTo(OTHER_FORMAT));
  service.mappings.set(C, mappedTo(OTHER_SKILL));
  const log = { begin: () => Promise.resolve('log'), complete: () => Promise.resolve() };
  store = new MappingStore(service, log, { readProvider: (id) => service.readProvider(id), settleMs: 0, checksMs: [] });
  store.setEntries(IDS.map((id) => aProvider(id)));
  store.setSessions(signedInTo('default'));
});

const counts = () => {
  const { readAtMs, ...others } = countSkillUse(SKILL, store);
  return others;
};
const none = { listed: 5, handled: 0, unread: 0, unreadable: 0, signedOut: 0 };

describe('the service providers of a skill', () => {
  it('are those mapped to it in any format of its ID', async () => {
    await store.refresh(IDS);
    expect(counts()).toEqual({ ...none, handled: 2 });
  });

  it('are not known before they are read', async () => {
    expect(counts()).toEqual({ ...none, unread: 5 });
    expect(countSkillUse(SKILL, store).readAtMs).toBe(Infinity);
    await store.refresh([A, C, D]);
    expect(counts()).toEqual({ ...none, handled: 1, unread: 2 });
  });

  it('are not known once another window has changed them, until they are read again', async () => {
    await store.refresh(IDS);
    store.markChangedInOtherWindow([A, D]);
    expect(counts()).toEqual({ ...none, handled: 1, unread: 2 });
    await store.refresh([A, D]);
    expect(counts()).toEqual({ ...none, handled: 2 });
  });

  it('are not known where the last read failed, or the account is signed out', async () => {
    await store.refresh(IDS);
    service.unreadable.set(A, 'network');
    await store.refresh([A]);
    expect(counts()).toEqual({ ...none, handled: 1, unreadable: 1 });
    store.setSessions(signedOut);
    expect(counts()).toEqual({ ...none, signedOut: 5 });
  });

  it('stay known while they are read again, and are not while they are changed', async () => {
    await store.refresh(IDS);
    const seen: unknown[] = [];
    store.events.on('providerChanged', (id) =>
      seen.push([id, store.status(id).inFlight, counts().handled, counts().unread]),
    );
    await store.refresh([A]);
    expect(seen[0]).toEqual([A, 'get', 2, 0]);
    const change = { operation: 'create', serviceProviderId: E, skillId: SKILL } as const;
    seen.length = 0;
    await store.changeAll(
      [{ change, replaces: { type: 'notMapped' }, sender: store.sender(E) }],
      { operationId: 'operation', selected: 1, stopSignal: new AbortController().signal },
      () => undefined,
    );
    expect(seen).toContainEqual([E, 'create', 2, 1]);
    expect(counts()).toEqual({ ...none, handled: 3 });
  });
});

describe('the text about a skill', () => {
  const text = (some: Partial<SkillUse>) => skillUseText({ ...none, readAtMs: 1, ...some }, (ms) => `time ${ms}`, 'en');

  it.each([
    [{ handled: 3 }, 'Handles 3 service providers · as of time 1'],
    [{ handled: 1 }, 'Handles 1 service provider · as of time 1'],
    [{ handled: 3, unread: 2 }, 'Handles 3 service providers, 2 not read yet · as of time 1'],
    [{}, 'Handles no service provider of your list · as of time 1'],
    [
      { unread: 1, unreadable: 2, signedOut: 1 },
      'Handles no service provider of your list, 1 not read yet, 2 could not be read, 1 signed out · as of time 1',
    ],
    [{ unread: 5, readAtMs: Infinity }, 'Service providers not known yet, 5 not read yet'],
    [{ listed: 0, readAtMs: Infinity }, 'Handles no service provider of your list'],
  ])('never states more than is known: %o', (use, expected) => {
    expect(text(use)).toBe(expected);
  });

  it('leads somewhere if the list may have service providers of the skill', () => {
    expect(mayHandleAny({ ...none, readAtMs: 1 })).toBe(false);
    expect(mayHandleAny({ ...none, readAtMs: 1, unread: 1 })).toBe(true);
    expect(mayHandleAny({ ...none, readAtMs: 1, handled: 1 })).toBe(true);
  });
});
