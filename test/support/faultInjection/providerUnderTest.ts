import { isSameSkillId } from '../../../src/core/model/identifiers';
import type { NetworkMapping } from '../../../src/core/model/networkMapping';
import type { RowState } from '../../../src/core/mappings/providerStatus';
import { effectOf } from '../../simulator/failure';
import type { RecordedRequest } from '../../simulator/requestLog';
import type { Simulator } from '../../simulator/simulator';
import { mappingOf } from '../builders';
import { isApplied, type RequestCase } from '../requestCases';
import type { Fault, FaultScope } from './mappingFaults';

let count = 0;

/** A new service provider in the simulator, with the request to test and the fault to inject. */
export class ProviderUnderTest {
  readonly id = `amzn1.comms.csp.id.${++count}`;
  private startIndex = 0;

  constructor(
    readonly simulator: Simulator,
    readonly requestCase: RequestCase,
    readonly fault: Fault,
    readonly scope: FaultScope,
  ) {
    simulator.control.setProvider({ serviceProviderId: this.id, skillId: requestCase.before });
  }

  /** Ignores earlier requests: from now on, requests count as those of the operation under test. */
  begin(): void {
    this.startIndex = this.lastIndex;
  }

  /** Begins, and injects the fault from the first request on. */
  arm(): void {
    this.begin();
    this.injectFault();
  }

  /** Injects the fault from the next request on. */
  injectFault(): void {
    this.simulator.control.addFault({
      ...this.fault.failure,
      serviceProviderId: this.id,
      operation: this.scope === 'everything' ? 'mapping' : this.requestCase.operation,
    });
  }

  disarm(): void {
    const { control } = this.simulator;
    for (const { id, serviceProviderId } of control.faults())
      if (serviceProviderId === this.id) control.removeFault(id);
  }

  /** Waits until a change that the fault delays has taken effect. */
  async lateEffect(): Promise<void> {
    if (effectOf(this.fault.failure) !== 'later' || !isApplied(this.requestCase) || this.writes.length === 0) return;
    await this.arrival(({ operation, tookEffect }) => operation !== 'get' && tookEffect);
  }

  /** Resolves with its first request, past or future, that meets the condition. */
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

  /** The index of the last request that the service has received, for any service provider. */
  get lastIndex(): number {
    return this.simulator.control.requests().at(-1)?.index ?? 0;
  }

  get requests(): RecordedRequest[] {
    return this.simulator.control.requests().filter(({ serviceProviderId }) => serviceProviderId === this.id);
  }

  get writes(): RecordedRequest[] {
    return this.requests.filter(({ operation }) => operation !== 'get');
  }

  /** The requests of the operation under test, without the reads after a change. */
  get operationRequests(): RecordedRequest[] {
    return this.requests.filter(
      ({ operation, index }) => operation === this.requestCase.operation && index > this.startIndex,
    );
  }

  /** Writes except those rejected unprocessed (401, 429): a change may send one. */
  get countedWrites(): number {
    return this.writes.filter(({ status }) => status !== 401 && status !== 429).length;
  }

  get effects(): number {
    const { create, update, delete: deleted } = this.simulator.control.writesTo(this.id);
    return create + update + deleted;
  }
}
