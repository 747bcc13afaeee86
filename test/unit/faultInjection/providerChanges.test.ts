import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { OnboardingClient } from '../../../src/core/api/onboardingClient';
import type { NewProviderChange } from '../../../src/core/history/changeRecord';
import type { ChangeCompletion } from '../../../src/core/mappings/changeLog';
import type { ProviderChange } from '../../../src/core/model/providerChange';
import { runProviderChange, type ProviderResult } from '../../../src/core/onboarding/providerOperation';
import { effectOf } from '../../simulator/failure';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { granted, PreparedTokens } from '../../support/accessTokens';
import { SERVICE_PROVIDER, SKILL } from '../../support/builders';
import { checkMessage } from '../../support/faultInjection/checks';
import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { FAULT_SCOPES, FAULTS, isEndless, SETTLE_MS, type Fault } from '../../support/faultInjection/mappingFaults';
import { serviceClientOf } from '../../support/simulatedService';

const LOGICAL_ID = 'annex';
const CHANGES: readonly ProviderChange[] = [
  { operation: 'createProvider', logicalId: LOGICAL_ID, displayName: 'Annex' },
  { operation: 'updateProvider', serviceProviderId: SERVICE_PROVIDER, displayName: 'Palace' },
  { operation: 'deleteProvider', serviceProviderId: SERVICE_PROVIDER },
];

/** Statuses of requests that were rejected unprocessed, so that they may be sent again. */
const UNPROCESSED: readonly unknown[] = [401, 429];

expectNothingLeft();

describe.concurrent('a change of a service provider itself', () => {
  for (const change of CHANGES)
    for (const scope of FAULT_SCOPES)
      it.each(FAULTS)(
        `is sent once, and recorded with what became of it: ${change.operation} under $name of ${scope}`,
        async (fault) => {
          const simulator = await startSimulator({
            seed: [{ serviceProviderId: SERVICE_PROVIDER, name: 'Grand', skillId: SKILL }],
          });
          try {
            const operation = scope === 'everything' ? 'provider' : change.operation;
            simulator.control.addFault({ ...fault.failure, operation });
            await check(simulator, change, fault);
          } finally {
            await simulator.stop();
          }
        },
      );
});

async function check(simulator: Simulator, change: ProviderChange, { name, failure: injected }: Fault): Promise<void> {
  const { control } = simulator;
  const { result, recorded, completions } = await run(simulator, change, isEndless(injected));
  // A request that was given up may still be processed.
  await vi.waitFor(() => {
    expect(control.requests().filter(({ ended }) => ended === 'open')).toEqual([]);
  });
  if (effectOf(injected) === 'later') await delay(50);

  const requests = control.requests().filter(({ operation }) => operation === change.operation);
  const effects = requests.filter(({ tookEffect }) => tookEffect).length;
  const context = JSON.stringify({ result, completions, requests: requests.map(({ status }) => status) });
  expect(requests.filter(({ status }) => !UNPROCESSED.includes(status)).length, context).toBeLessThanOrEqual(1);
  expect(effects, context).toBeLessThanOrEqual(1);

  if (result.type !== 'sent') throw new Error(`expected that something was sent: ${context}`);
  const { outcome } = result;
  expect(recorded, context).toMatchObject([change]);
  expect(completions.length, context).toBe(1);
  const [completion] = completions;
  expect(completion?.result, context).toBe(outcome.type);
  switch (outcome.type) {
    case 'succeeded':
      // The documented confirmation of something that was not done cannot be told from a true one.
      if (name !== 'successUnapplied') expect(isDone(simulator, change), context).toBe(true);
      if (change.operation === 'createProvider') expect(completion?.createdId, context).toBe(outcome.serviceProviderId);
      break;
    case 'failed':
      expect(effects, context).toBe(0);
      break;
    case 'unconfirmed':
      expect(outcome.failure.effect, context).toBe('unknown');
  }
  if (outcome.failure) checkMessage(outcome.failure);
  if (outcome.type === 'unconfirmed' && change.operation === 'createProvider') await checkRepeated(simulator, change);
}

/** To create once more with the same logical ID makes exactly one service provider, or shows that the first create did. */
async function checkRepeated(simulator: Simulator, change: ProviderChange): Promise<void> {
  const { control } = simulator;
  const wasCreated = isDone(simulator, change);
  control.clearFaults();
  const { result } = await run(simulator, change, false);
  if (result.type !== 'sent') throw new Error('expected that the create was sent again');
  expect(result.outcome).toMatchObject(
    wasCreated ? { type: 'failed', failure: { kind: 'badRequest', effect: 'none' } } : { type: 'succeeded' },
  );
  expect(control.providers().filter(({ name }) => name === 'Annex')).toHaveLength(1);
}

function isDone({ control }: Simulator, change: ProviderChange): boolean {
  const providers = control.providers();
  switch (change.operation) {
    case 'createProvider':
      return providers.some(({ name }) => name === change.displayName);
    case 'updateProvider':
      return providers.some(({ name }) => name === change.displayName);
    case 'deleteProvider':
      return providers.length === 0;
  }
}

async function run({ control, url }: Simulator, change: ProviderChange, isShort: boolean) {
  const recorded: NewProviderChange[] = [];
  const completions: ChangeCompletion[] = [];
  const sender = { endpoint: url, account: 'default', session: 'session of default' };
  const tokens = new PreparedTokens(granted(control.demo.accessToken));
  for (let request = 0; request < 8; request++) tokens.thenReplaceWith(granted(control.issueAccessToken()));
  const result: ProviderResult = await runProviderChange({ change, name: 'Annex' }, sender, {
    client: new OnboardingClient(serviceClientOf(url, tokens, isShort ? { attemptTimeoutMs: 500 } : {})),
    log: {
      begin: (each) => {
        recorded.push(each);
        return Promise.resolve('1');
      },
      complete: (_id, completion) => {
        completions.push(completion);
        return Promise.resolve();
      },
    },
    sender: () => Promise.resolve(sender),
    read: () => Promise.resolve({}),
    confirm: () => Promise.resolve(true),
    withProgress: (_plan, send) => send({ urgent: true, interactive: true }),
    stillHolds: () => true,
    onWriteFailed: (error) => {
      throw error;
    },
    newOperationId: () => 'operation',
    now: Date.now,
    settleMs: SETTLE_MS,
  });
  return { result, recorded, completions };
}
