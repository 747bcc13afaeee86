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
import { isEndless, type Fault, type Reach } from './mappingFaults';
import { ProviderUnderTest } from './providerUnderTest';
import { WindowUnderTest } from './windowUnderTest';

interface Given {
  readonly tokens?: TokenProvider;
  readonly notes?: ChangeLog;
  /** The accounts that are signed in to; the default one, unless told otherwise. */
  readonly accounts?: readonly string[];
  /** When the mapping is read again after a change without an answer, besides the first time. */
  readonly checksMs?: readonly number[];
}

/** One provider, a window of its own that shows it, and the fault that awaits it. */
export class FaultScenario {
  readonly provider: ProviderUnderTest;
  readonly window: WindowUnderTest;
  outcome: ChangeOutcome | undefined;

  constructor(
    simulator: Simulator,
    requestCase: RequestCase,
    fault: Fault,
    reach: Reach,
    { tokens, notes, accounts = [], checksMs }: Given = {},
  ) {
    this.provider = new ProviderUnderTest(simulator, requestCase, fault, reach);
    this.window = new WindowUnderTest({
      url: simulator.url,
      tokens: tokens ?? manyTokens(simulator),
      ...(notes && { notes }),
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

  /** Reads the mapping while all is well, so that something is known. */
  async begin(): Promise<void> {
    await this.states.refresh([this.id]);
    expect(this.showsTheTruth, 'before the fault').toBe(true);
  }

  arm(): void {
    this.window.isHasty = isEndless(this.provider.fault.failure);
    this.provider.arm();
  }

  disarm(): void {
    this.window.isHasty = false;
    this.window.forgetPace();
    this.provider.disarm();
  }

  async act(signal?: AbortSignal): Promise<void> {
    const context = signal ? { abortSignal: signal } : {};
    const { requestCase } = this.provider;
    if (requestCase.operation === 'get') await this.states.refresh([this.id], context);
    else this.outcome = await this.states.change(changeFor(requestCase, this.id), { operationId: 'act', ...context });
  }

  /** Waits until the row is as expected; it is looked at whenever it changes. */
  async until(isAsExpected: () => boolean): Promise<void> {
    const patience = AbortSignal.timeout(10_000);
    while (!isAsExpected()) {
      await once(this.states.events, 'providerChanged', { signal: patience }).catch(() => {
        throw new Error(`the row stays as it is: ${this.story}`);
      });
    }
  }

  /** Why the wish did not come true at once. */
  get failure(): ApiFailure | undefined {
    if (this.provider.requestCase.operation === 'get') return this.states.status(this.id).lastFailure;
    return this.outcome && 'failure' in this.outcome ? this.outcome.failure : undefined;
  }

  /** For the message of an assertion. */
  get story(): string {
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

/** Each request may ask for another token once: the wish, and the reads after it. */
function manyTokens({ control }: Simulator): TokenProvider {
  const tokens = new PreparedTokens(control.demo.accessToken);
  for (let request = 0; request < 8; request++) tokens.thenReplaceWith(control.issueAccessToken());
  return tokens;
}
