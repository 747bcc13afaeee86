import { beforeEach, describe, expect, it } from 'vitest';
import type { NewProviderChange } from '../../../../src/core/history/changeRecord';
import { JournalError } from '../../../../src/core/history/journalError';
import type { ChangeCompletion } from '../../../../src/core/mappings/changeLog';
import type { ChangeSender } from '../../../../src/core/model/networkMapping';
import type { ProviderChange } from '../../../../src/core/model/providerChange';
import {
  runProviderChange,
  type CurrentProvider,
  type ProviderInterference,
  type ProviderPlan,
  type ProviderPorts,
} from '../../../../src/core/onboarding/providerOperation';
import { aFailure, mappedTo, OTHER_SKILL, SERVICE_PROVIDER, SKILL } from '../../../support/builders';
import { ProvidersInMemory } from '../../../support/providersInMemory';

const CREATE: ProviderChange = { operation: 'createProvider', logicalId: 'annex', displayName: 'Annex' };
const DELETE: ProviderChange = { operation: 'deleteProvider', serviceProviderId: SERVICE_PROVIDER };
const SENDER: ChangeSender = { endpoint: 'https://api.example', account: 'eu', session: 'one' };
const OTHER_SESSION: ChangeSender = { ...SENDER, session: 'two' };

let client: ProvidersInMemory;
let sender: ChangeSender | undefined;
let current: Awaited<ReturnType<ProviderPorts['read']>>;
let nowMs: number;
let journal: string[];
let recorded: NewProviderChange[];
let completions: ChangeCompletion[];
let asked: { plan: ProviderPlan; because: ProviderInterference | undefined }[];
/** What happens during each question; the last one is confirmed. */
let during: ((() => void) | 'declines')[];
let unwritten: unknown[];

beforeEach(() => {
  client = new ProvidersInMemory();
  sender = SENDER;
  current = {};
  nowMs = 0;
  [journal, recorded, completions, asked, during, unwritten] = [[], [], [], [], [], []];
});

const ports = (some: Partial<ProviderPorts> = {}): ProviderPorts => ({
  client,
  log: {
    begin: (change) => {
      journal.push('begin');
      recorded.push(change);
      return Promise.resolve(String(recorded.length));
    },
    complete: (id, completion) => {
      journal.push(`complete ${id}`);
      completions.push(completion);
      return Promise.resolve();
    },
  },
  sender: () => Promise.resolve(sender),
  read: () => Promise.resolve(current),
  confirm: (plan, because) => {
    asked.push({ plan, because });
    const event = during.shift();
    if (typeof event === 'function') event();
    return Promise.resolve(event !== 'declines');
  },
  withProgress: (_plan, send) => send({}),
  stillHolds: () => true,
  onWriteFailed: (error) => unwritten.push(error),
  newOperationId: () => 'operation',
  now: () => nowMs,
  settleMs: 0,
  ...some,
});

const run = (change: ProviderChange, some: Partial<ProviderPorts> = {}, shown = SENDER) =>
  runProviderChange({ change, name: 'Annex' }, shown, ports(some));

describe('a change of a service provider', () => {
  it('is recorded with its logical ID before it is sent, and completed with the new ID', async () => {
    client.onChange = () => journal.push('send');
    const result = await run(CREATE);
    expect(journal).toEqual(['begin', 'send', 'complete 1']);
    expect(recorded).toEqual([
      {
        operationId: 'operation',
        selected: 1,
        name: 'Annex',
        account: 'eu',
        endpoint: 'https://api.example',
        serviceProviderId: '',
        ...CREATE,
      },
    ]);
    expect(completions).toMatchObject([{ result: 'succeeded', createdId: 'amzn1.comms.csp.id.created-1' }]);
    expect(result).toMatchObject({ type: 'sent', operationId: 'operation', outcome: { type: 'succeeded' } });
  });

  it('goes to the account, the session and the endpoint that the question showed', async () => {
    await run(CREATE);
    expect(asked).toMatchObject([{ plan: { sender: SENDER } }]);
    expect(client.sent).toMatchObject([{ context: { expected: SENDER } }]);
  });

  it('is not sent when it cannot be recorded', async () => {
    const error = new JournalError('write', '/folder', new Error('disk'));
    const log = { begin: () => Promise.reject(error), complete: () => Promise.resolve() };
    await expect(run(CREATE, { log })).rejects.toBe(error);
    expect(client.sent).toEqual([]);
  });

  it('has its outcome even if that cannot be recorded', async () => {
    const error = new Error('disk');
    const log = { begin: () => Promise.resolve('1'), complete: () => Promise.reject(error) };
    expect(await run(CREATE, { log })).toMatchObject({ outcome: { type: 'succeeded' } });
    expect(unwritten).toEqual([error]);
  });

  it('is neither recorded nor sent when the user declines', async () => {
    during = ['declines'];
    expect(await run(CREATE)).toEqual({ type: 'declined' });
    expect([journal, client.sent]).toEqual([[], []]);
  });

  it.each([
    ['another session', OTHER_SESSION, 'sessionChanged'],
    ['another endpoint', { ...SENDER, endpoint: 'https://other.example' }, 'endpointChanged'],
  ] as const)('is asked about again when %s would send it', async (_what, other, because) => {
    during = [() => (sender = other)];
    expect(await run(CREATE)).toMatchObject({ type: 'sent' });
    expect(asked.map((each) => each.because)).toEqual([undefined, because]);
    expect(client.sent).toMatchObject([{ context: { expected: other } }]);
  });

  it('is asked about with the reason when the sender changed before the question', async () => {
    during = ['declines'];
    await run(CREATE, {}, OTHER_SESSION);
    expect(asked.map((each) => each.because)).toEqual(['sessionChanged']);
  });

  it('is asked about again when the client refuses to send it for another session', async () => {
    client.failing = { kind: 'contextChanged', takesEffect: false };
    during = [() => undefined, 'declines'];
    expect(await run(CREATE)).toEqual({ type: 'declined' });
    expect(completions).toMatchObject([{ result: 'notSent' }]);
    expect(asked.map((each) => each.because)).toEqual([undefined, 'sessionChanged']);
  });

  it('of one that has left the list meanwhile is not sent', async () => {
    during = [() => (sender = undefined)];
    expect(await run(DELETE)).toEqual({ type: 'notListed' });
    expect(client.sent).toEqual([]);
  });
});

describe('a deletion', () => {
  const held: CurrentProvider = {
    description: { logicalId: 'grand', displayName: 'Grand' },
    mapping: mappedTo(SKILL),
  };

  it('records what the service had, because it does not come back', async () => {
    current = held;
    await run(DELETE);
    expect(recorded).toMatchObject([
      { ...DELETE, logicalId: 'grand', displayName: 'Grand', mapping: mappedTo(SKILL), name: 'Annex' },
    ]);
  });

  it('asks again with the current mapping when that was changed while the question was open', async () => {
    current = held;
    during = [
      () => {
        nowMs += 3_001;
        current = { ...held, mapping: mappedTo(OTHER_SKILL) };
      },
      'declines',
    ];
    expect(await run(DELETE)).toEqual({ type: 'declined' });
    expect(asked.map(({ plan, because }) => [plan.current.mapping, because])).toEqual([
      [mappedTo(SKILL), undefined],
      [mappedTo(OTHER_SKILL), 'changedMeanwhile'],
    ]);
    expect(client.sent).toEqual([]);
  });

  it('asks again when the mapping was changed while the deletion waited to be sent', async () => {
    current = held;
    let holds = false;
    during = [() => undefined, () => (holds = true)];
    await run(DELETE, { stillHolds: () => holds });
    expect(asked.map(({ because }) => because)).toEqual([undefined, 'changedMeanwhile']);
    expect([recorded.length, client.sent.length]).toEqual([1, 1]);
  });

  it('sends nothing when the mapping cannot be read, before or after the question', async () => {
    const failure = aFailure('network');
    current = { failure };
    expect(await run(DELETE)).toEqual({ type: 'unread', failure });
    current = held;
    during = [
      () => {
        nowMs += 3_001;
        current = { failure };
      },
    ];
    expect(await run(DELETE)).toEqual({ type: 'unread', failure });
    current = 'canceled';
    expect(await run(DELETE)).toEqual({ type: 'declined' });
    expect(client.sent).toEqual([]);
  });
});

describe('a rename', () => {
  it('records the earlier name, if it is known, so that it can be undone', async () => {
    const change = { operation: 'updateProvider', serviceProviderId: SERVICE_PROVIDER, displayName: 'Palace' } as const;
    current = { description: { displayName: 'Grand' } };
    await run(change);
    current = {};
    await run(change);
    expect(recorded[0]).toMatchObject({ displayNameBefore: 'Grand', displayName: 'Palace' });
    expect(recorded[1]).not.toHaveProperty('displayNameBefore');
  });
});
