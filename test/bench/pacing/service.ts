import type { SeededProvider } from '../../simulator/seed';
import { demoSkills, providersOf } from '../../simulator/seed';
import { type Simulator, startSimulator } from '../../simulator/simulator';
import type { Traffic } from '../../simulator/trafficShaping';
import type { FaultInput } from '../../simulator/faults';
import type { Limit, Stage } from './limit';

interface Conditions {
  readonly latencyMs: { readonly min: number; readonly max: number };
  /** Undefined admits everything. */
  readonly limit?: Limit;
  readonly faults?: readonly FaultInput[];
  /** Whether all service providers are initially mapped, or none. */
  readonly isMapped: boolean;
}

const PROVIDERS = 100;

/** A simulator whose limit changes with its stages, from the first request on. */
export class Service {
  private readonly timers: NodeJS.Timeout[] = [];

  private constructor(private readonly simulator: Simulator) {}

  static async start(randomSeed: number, { latencyMs, limit, faults = [], isMapped }: Conditions): Promise<Service> {
    const skillId = isMapped ? demoSkills.guestCalling : null;
    const seed = providersOf(PROVIDERS).map((provider): SeededProvider => ({ ...provider, skillId }));
    const simulator = await startSimulator({ seed, randomSeed, switches: { latencyMs } });
    const service = new Service(simulator);
    for (const fault of faults) simulator.control.addFault(fault);
    if (limit) service.follow(limit);
    return service;
  }

  /** The parameters for a caller. */
  get target(): { url: string; accessToken: string; serviceProviderIds: string[] } {
    const { url, control } = this.simulator;
    const serviceProviderIds = control.providers().map(({ serviceProviderId }) => serviceProviderId);
    return { url, accessToken: control.demo.accessToken, serviceProviderIds };
  }

  /** @param lateMs by how much the client or the simulator may have noticed an event late */
  traffic(lateMs: number): Traffic {
    return this.simulator.control.traffic(lateMs);
  }

  /**
   * The additional requests because of faults: a read is retried; a write is verified by a read, and retried if it did not take
   * effect.
   */
  get needed(): number {
    return this.simulator.control
      .requests()
      .filter(({ fault }) => fault !== undefined && fault !== 'rateLimit')
      .reduce((sum, { operation, tookEffect }) => sum + (operation === 'get' || tookEffect ? 1 : 2), 0);
  }

  stop(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    return this.simulator.stop();
  }

  private follow({ burst, stages, retryAfterS }: Limit): void {
    const { control } = this.simulator;
    const enter = ({ perSecond }: Stage) => {
      const silence =
        retryAfterS === undefined ? {} : ({ retryAfter: 'seconds', retryAfterSeconds: retryAfterS } as const);
      control.setSwitches({ rateLimit: { perSecond, burst, ...silence } });
    };
    const [first, ...later] = stages;
    if (first) enter(first);
    void control
      .waitForRequest(() => true)
      .then(() => {
        for (const stage of later) this.timers.push(setTimeout(enter, stage.fromS * 1000, stage));
      });
  }
}
