import { isSameSkillId } from '../../../src/core/model/identifiers';
import type { NetworkMapping } from '../../../src/core/model/networkMapping';
import type { RowState } from '../../../src/core/mappings/providerStatus';
import { effectOf } from '../../simulator/failure';
import type { RecordedRequest } from '../../simulator/requestLog';
import type { Simulator } from '../../simulator/simulator';
import { mappingOf } from '../builders';
import { isApplied, type RequestCase } from '../requestCases';
import type { Fault, Reach } from './mappingFaults';

let count = 0;

/** One service provider of its own, as its service knows it, with a wish for it and the fault that awaits that. */
export class ProviderUnderTest {
  readonly id = `amzn1.comms.csp.id.${++count}`;
  private begunAfter = 0;

  constructor(
    readonly simulator: Simulator,
    readonly requestCase: RequestCase,
    readonly fault: Fault,
    readonly reach: Reach,
  ) {
    simulator.control.setProvider({ serviceProviderId: this.id, skillId: requestCase.before });
  }

  /** From now on its requests are those that the wish leads to. */
  begin(): void {
    this.begunAfter = this.lastIndex;
  }

  /** Begins, and lets the fault strike from the first request on. */
  arm(): void {
    this.begin();
    this.strike();
  }

  /** Lets the fault strike from the next request on. */
  strike(): void {
    this.simulator.control.addFault({
      ...this.fault.failure,
      serviceProviderId: this.id,
      operation: this.reach === 'everything' ? 'mapping' : this.requestCase.operation,
    });
  }

  disarm(): void {
    const { control } = this.simulator;
    for (const { id, serviceProviderId } of control.faults())
      if (serviceProviderId === this.id) control.removeFault(id);
  }

  /** Waits for a change that the service was asked for and will carry out late. */
  async lateEffect(): Promise<void> {
    if (effectOf(this.fault.failure) !== 'later' || !isApplied(this.requestCase) || this.writes.length === 0) return;
    await this.arrival(({ operation, tookEffect }) => operation !== 'get' && tookEffect);
  }

  /** Resolves with the first request for it, past or future, for which the condition is or becomes true. */
  arrival(matches: (request: RecordedRequest) => boolean): Promise<RecordedRequest> {
    return this.simulator.control.waitForRequest(
      (request) => request.serviceProviderId === this.id && matches(request),
    );
  }

  get truth(): NetworkMapping {
    return mappingOf(this.simulator.control.mappingOf(this.id));
  }

  isTruth(row: RowState): boolean {
    const { truth } = this;
    return row.type === 'mapped' && truth.type === 'mapped'
      ? isSameSkillId(row.skillId, truth.skillId)
      : row.type === truth.type;
  }

  /** How many requests its service has received by now, for whomever. */
  get lastIndex(): number {
    return this.simulator.control.requests().at(-1)?.index ?? 0;
  }

  get requests(): RecordedRequest[] {
    return this.simulator.control.requests().filter(({ serviceProviderId }) => serviceProviderId === this.id);
  }

  get writes(): RecordedRequest[] {
    return this.requests.filter(({ operation }) => operation !== 'get');
  }

  /** The requests that the wish has led to, without the reads after a change. */
  get target(): RecordedRequest[] {
    return this.requests.filter(
      ({ operation, index }) => operation === this.requestCase.operation && index > this.begunAfter,
    );
  }

  /** Writes that the service did not refuse unseen (401, 429): a wish may have one. */
  get countedWrites(): number {
    return this.writes.filter(({ status }) => status !== 401 && status !== 429).length;
  }

  get effects(): number {
    const { create, update, delete: deleted } = this.simulator.control.writesTo(this.id);
    return create + update + deleted;
  }
}
