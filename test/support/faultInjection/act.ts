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

/** One of the providers of an act. */
export interface Member {
  readonly provider: ProviderUnderTest;
  readonly isStruck: boolean;
}

interface Options {
  readonly maxInFlight?: number;
}

/** An act on many providers that share one window, with one fault that strikes some of them. */
export class Act {
  readonly window: WindowUnderTest;
  /** What came of each, by its provider: a change that was not sent, or a read, has none. */
  readonly outcomes = new Map<string, ChangeOutcome>();
  /** The providers in the order in which they were told to have ended. */
  readonly ended: string[] = [];

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
      quickLimitMs: 1_000,
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
    this.window.isHasty = isEndless(this.fault.failure);
    for (const { provider, isStruck } of this.members) if (isStruck) provider.arm();
  }

  /** Carries out all wishes, which are all reads or all changes. */
  async run(stop = new AbortController().signal): Promise<void> {
    if (this.members.every(({ provider }) => provider.requestCase.operation === 'get')) {
      await this.states.refresh(this.ids, {}, (id) => this.ended.push(id));
      return;
    }
    await this.states.changeAll(
      this.members.map(({ provider }) => ({ change: changeFor(provider.requestCase, provider.id) })),
      { operationId: 'act', stopSignal: stop },
      ({ serviceProviderId: id }, outcome) => {
        this.outcomes.set(id, outcome);
        this.ended.push(id);
      },
    );
  }

  /** Ends the fault, after which one refresh brings the truth about all. */
  async recover(): Promise<void> {
    for (const { provider, isStruck } of this.members) if (isStruck) provider.disarm();
    this.window.isHasty = false;
    this.window.forgetPace();
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
  storyOf({ id, requestCase, truth }: ProviderUnderTest): string {
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
      expect(provider.isTruth(this.states.row(provider.id)), `${when}: ${this.storyOf(provider)}`).toBe(true);
  }
}

/** A provider for each wish, of which those are struck that are told. */
export function membersFor(
  simulator: Simulator,
  fault: Fault,
  requestCases: readonly RequestCase[],
  isStruck: (index: number) => boolean,
): Member[] {
  return requestCases.map((requestCase, index) => ({
    provider: new ProviderUnderTest(simulator, requestCase, fault, 'the request'),
    isStruck: isStruck(index),
  }));
}
