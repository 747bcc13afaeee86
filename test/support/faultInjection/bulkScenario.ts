import { expect } from 'vitest';
import type { ApiFailure } from '../../../src/core/failures/apiFailure';
import type { ChangeOutcome } from '../../../src/core/mappings/sendChange';
import type { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { Simulator } from '../../simulator/simulator';
import { PreparedTokens } from '../accessTokens';
import { aProvider } from '../builders';
import { changeFor, type RequestCase } from '../requestCases';
import { checkAfterwards, checkNoneOpen } from './checks';
import { isEndless, type Fault } from './mappingFaults';
import { ProviderUnderTest } from './providerUnderTest';
import { WindowUnderTest } from './windowUnderTest';

/** One of the service providers of a bulk operation. */
export interface Member {
  readonly provider: ProviderUnderTest;
  readonly isAffected: boolean;
}

interface Options {
  readonly maxInFlight?: number;
}

/** A bulk operation in one window, with a fault that affects some of its service providers. */
export class BulkScenario {
  readonly window: WindowUnderTest;
  /** The outcome of each change by service provider; none for a read or a change that was not sent. */
  readonly outcomes = new Map<string, ChangeOutcome>();
  /** The service providers in the order in which they were reported as finished. */
  readonly finished: string[] = [];

  constructor(
    simulator: Simulator,
    readonly fault: Fault,
    readonly members: readonly Member[],
    { maxInFlight }: Options = {},
  ) {
    const { control } = simulator;
    const tokens = new PreparedTokens(control.demo.accessToken);
    for (let request = 0; request < 8 * members.length; request++) tokens.thenReplaceWith(control.issueAccessToken());
    this.window = new WindowUnderTest({
      url: simulator.url,
      tokens,
      shortTimeoutMs: 1_000,
      ...(maxInFlight !== undefined && { maxInFlight }),
    });
    this.states.setEntries(this.ids.map((id) => aProvider(id)));
  }

  get states(): MappingStore {
    return this.window.states;
  }

  get ids(): string[] {
    return this.members.map(({ provider }) => provider.id);
  }

  async begin(): Promise<void> {
    await this.states.refresh(this.ids);
    this.expectTruth('before the fault');
    this.window.usesShortTimeout = isEndless(this.fault.failure);
    for (const { provider, isAffected } of this.members) if (isAffected) provider.arm();
  }

  /** Runs all request cases, which are either all reads or all changes. */
  async run(stop = new AbortController().signal): Promise<void> {
    if (this.members.every(({ provider }) => provider.requestCase.operation === 'get')) {
      await this.states.refresh(this.ids, {}, (id) => this.finished.push(id));
      return;
    }
    await this.states.changeAll(
      this.members.map(({ provider }) => ({ change: changeFor(provider.requestCase, provider.id) })),
      { operationId: 'act', stopSignal: stop },
      ({ serviceProviderId: id }, outcome) => {
        this.outcomes.set(id, outcome);
        this.finished.push(id);
      },
    );
  }

  /** Removes the fault and checks that one refresh gets the actual mapping of each. */
  async recover(): Promise<void> {
    for (const { provider, isAffected } of this.members) if (isAffected) provider.disarm();
    this.window.usesShortTimeout = false;
    this.window.resetRateLimit();
    await this.states.refresh(this.ids);
    this.expectTruth('after the fault is over');
    for (const { provider } of this.members) {
      checkAfterwards(provider, this.states.status(provider.id));
      await checkNoneOpen(provider);
    }
    expect(this.states.isBulkRunning).toBe(false);
  }

  failureOf({ id, requestCase }: ProviderUnderTest): ApiFailure | undefined {
    if (requestCase.operation === 'get') return this.states.status(id).lastFailure;
    const outcome = this.outcomes.get(id);
    return outcome && 'failure' in outcome ? outcome.failure : undefined;
  }

  /** For the message of an assertion. */
  contextOf({ id, requestCase, truth }: ProviderUnderTest): string {
    const { states } = this;
    return JSON.stringify({
      requestCase,
      truth,
      row: states.row(id),
      outcome: this.outcomes.get(id),
      ...states.status(id),
    });
  }

  private expectTruth(when: string): void {
    for (const { provider } of this.members)
      expect(provider.isTruth(this.states.row(provider.id)), `${when}: ${this.contextOf(provider)}`).toBe(true);
  }
}

/** A service provider for each request case; `isAffected` selects those that the fault affects. */
export function membersFor(
  simulator: Simulator,
  fault: Fault,
  requestCases: readonly RequestCase[],
  isAffected: (index: number) => boolean,
): Member[] {
  return requestCases.map((requestCase, index) => ({
    provider: new ProviderUnderTest(simulator, requestCase, fault, 'the request'),
    isAffected: isAffected(index),
  }));
}
