import { once } from 'node:events';
import { expect } from 'vitest';
import type { TokenProvider } from '../../../src/core/api/tokenProvider';
import type { ApiFailure } from '../../../src/core/failures/apiFailure';
import type { RowState } from '../../../src/core/mappings/providerStatus';
import type { ChangeOutcome } from '../../../src/core/mappings/sendChange';
import type { MappingStore } from '../../../src/core/mappings/mappingStore';
import type { ChangeLog } from '../../../src/core/mappings/changeLog';
import type { Simulator } from '../../simulator/simulator';
import { PreparedTokens } from '../accessTokens';
import { aProvider, signedInTo } from '../builders';
import { changeFor, type RequestCase } from '../requestCases';
import { isEndless, type Fault, type FaultScope } from './mappingFaults';
import { ProviderUnderTest } from './providerUnderTest';
import { WindowUnderTest } from './windowUnderTest';

interface Options {
  readonly tokens?: TokenProvider;
  readonly changeLog?: ChangeLog;
  /** The signed-in accounts; the default one if omitted. */
  readonly accounts?: readonly string[];
  /** When to re-read the mapping after a change without a response, in addition to the first read. */
  readonly checksMs?: readonly number[];
}

/** One service provider, a window that shows it, and the fault to inject. */
export class FaultScenario {
  readonly provider: ProviderUnderTest;
  readonly window: WindowUnderTest;
  outcome: ChangeOutcome | undefined;

  constructor(
    simulator: Simulator,
    requestCase: RequestCase,
    fault: Fault,
    scope: FaultScope,
    { tokens, changeLog, accounts = [], checksMs }: Options = {},
  ) {
    this.provider = new ProviderUnderTest(simulator, requestCase, fault, scope);
    this.window = new WindowUnderTest({
      url: simulator.url,
      tokens: tokens ?? manyTokens(simulator),
      ...(changeLog && { changeLog }),
      ...(checksMs && { checksMs }),
    });
    this.states.setSessions(signedInTo(...accounts));
    this.states.setEntries([aProvider(this.id)]);
  }

  get id(): string {
    return this.provider.id;
  }

  get states(): MappingStore {
    return this.window.states;
  }

  /** Reads the mapping before the fault, so that there is a last known mapping. */
  async begin(): Promise<void> {
    await this.states.refresh([this.id]);
    expect(this.showsTheTruth, 'before the fault').toBe(true);
  }

  arm(): void {
    this.window.usesShortTimeout = isEndless(this.provider.fault.failure);
    this.provider.arm();
  }

  disarm(): void {
    this.window.usesShortTimeout = false;
    this.window.resetRateLimit();
    this.provider.disarm();
  }

  async act(signal?: AbortSignal): Promise<void> {
    const context = signal ? { abortSignal: signal } : {};
    const { requestCase } = this.provider;
    if (requestCase.operation === 'get') await this.states.refresh([this.id], context);
    else this.outcome = await this.states.change(changeFor(requestCase, this.id), { operationId: 'act', ...context });
  }

  /** Waits until the row is as expected. Checks it whenever it changes. */
  async until(isAsExpected: () => boolean): Promise<void> {
    const timeout = AbortSignal.timeout(10_000);
    while (!isAsExpected()) {
      await once(this.states.events, 'providerChanged', { signal: timeout }).catch(() => {
        throw new Error(`the row did not become as expected: ${this.context}`);
      });
    }
  }

  /** Why the request did not succeed. */
  get failure(): ApiFailure | undefined {
    if (this.provider.requestCase.operation === 'get') return this.states.status(this.id).lastFailure;
    return this.outcome && 'failure' in this.outcome ? this.outcome.failure : undefined;
  }

  /** For the message of an assertion. */
  get context(): string {
    const { row, outcome, states, id } = this;
    return JSON.stringify({ row, truth: this.provider.truth, outcome, failure: states.status(id).lastFailure });
  }

  get row(): RowState {
    return this.states.row(this.id);
  }

  get showsTheTruth(): boolean {
    return this.provider.isTruth(this.row);
  }
}

/** Enough tokens for one refresh per request: the operation and the reads after it. */
function manyTokens({ control }: Simulator): TokenProvider {
  const tokens = new PreparedTokens(control.demo.accessToken);
  for (let request = 0; request < 8; request++) tokens.thenReplaceWith(control.issueAccessToken());
  return tokens;
}
