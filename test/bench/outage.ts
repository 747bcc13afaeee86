import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { bundleInto } from './bundle';
import type { Measurement, Row } from './measurement';
import type * as ShippedState from './shippedState';

type Providers = InstanceType<typeof ShippedState.MappingStore>;

const COUNTS = [1, 10, 60, 300] as const;

/** How an outage begins and ends; what each aims at is within what time everybody who waits is told, in milliseconds. */
const KINDS = {
  refused: { toldMs: 10_000, begin: (service: Service) => service.stop(), end: (service: Service) => service.start() },
  503: {
    toldMs: 10_000,
    begin: (service: Service) => service.fail({ name: 'unavailable' }),
    end: (service: Service) => service.mend(),
  },
  // One attempt's limit, and some milliseconds for all rows.
  silent: {
    toldMs: 15_500,
    begin: (service: Service) => service.fail({ kind: 'hang' }),
    end: (service: Service) => service.mend(),
  },
} as const;

type Kind = keyof typeof KINDS;

/** A person is told within this what came of a click on one row, in milliseconds. */
const CLICK_TOLD_MS = 20_000;

/** A simulator that can be away for some time. */
class Service {
  private constructor(private simulator: Simulator) {}

  static async with(count: number): Promise<Service> {
    return new Service(await startSimulator({ seed: count }));
  }

  get url(): string {
    return this.simulator.url;
  }

  get accessToken(): string {
    return this.simulator.control.demo.accessToken;
  }

  get ids(): string[] {
    return this.simulator.control.providers().map(({ serviceProviderId }) => serviceProviderId);
  }

  fail(fault: Parameters<Simulator['control']['addFault']>[0]): Promise<void> {
    this.simulator.control.addFault(fault);
    return Promise.resolve();
  }

  mend(): Promise<void> {
    this.simulator.control.clearFaults();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return this.simulator.stop();
  }

  async start(): Promise<void> {
    this.simulator = await startSimulator({ seed: this.ids.length, port: Number(new URL(this.url).port) });
  }
}

/** What was seen of one outage, in milliseconds. */
interface Seen {
  /** Until the last row said why it could not be read. */
  readonly toldMs: number;
  /** The same for a click on one row in the middle of it. */
  readonly clickMs: number;
  /** From its end until the last row was read again, by nobody's doing. */
  readonly backMs: number;
}

/**
 * How long people are left in the dark when the service cannot be reached: the client and the owner of the rows as they ship,
 * against simulators that refuse the connection, answer 503, or do not answer. In real time, since it is people who wait; all
 * outages at the same time.
 */
export const outage: Measurement = {
  name: 'outage',
  async measure({ dir, signal }) {
    const file = await bundleInto(dir, 'shippedState');
    const shipped = createRequire(file)(file) as typeof ShippedState;
    const cases = (Object.keys(KINDS) as Kind[]).flatMap((kind) => COUNTS.map((count) => ({ kind, count })));
    setMaxListeners(2 * cases.length, signal);
    const seen = await Promise.all(
      cases.map(async ({ kind, count }) => ({ kind, count, ...(await sitOut(shipped, kind, count, signal)) })),
    );
    return [
      ...seen.map(({ kind, count, toldMs, backMs }): Row => ({
        name: `outage: ${count} ${count === 1 ? 'row' : 'rows'}, ${kind}: all told after`,
        value: Math.round(toldMs),
        unit: 'ms',
        aim: { atMost: KINDS[kind].toldMs },
        information: { backMs: Math.round(backMs) },
      })),
      ...(Object.keys(KINDS) as Kind[]).map((kind): Row => ({
        name: `outage: a click on one row, ${kind}: told after`,
        value: Math.round(Math.max(...seen.filter((each) => each.kind === kind).map(({ clickMs }) => clickMs))),
        unit: 'ms',
        aim: { atMost: CLICK_TOLD_MS },
      })),
    ];
  },
};

async function sitOut(shipped: typeof ShippedState, kind: Kind, count: number, signal: AbortSignal): Promise<Seen> {
  const service = await Service.with(count);
  const { ids } = service;
  const providers = stateOf(shipped, service, ids);
  const recovery = new shipped.RereadAfterFailure(providers, (back) => void providers.refresh(back));
  try {
    recovery.update(true);
    await KINDS[kind].begin(service);
    const told = until(providers, ids, (id) => providers.status(id).readError !== undefined, signal);
    void providers.refresh(ids);
    const toldMs = await told;
    if (providers.commonReadError !== 'unreachable') throw new Error('the rows do not share the reason');

    const [clicked = ''] = ids;
    const before = providers.status(clicked).readError;
    const began = performance.now();
    await providers.refresh([clicked], { urgent: true, interactive: true });
    const clickMs = performance.now() - began;
    if (providers.status(clicked).readError === before)
      throw new Error('a click was answered by what was known before');

    await KINDS[kind].end(service);
    const isBack = (id: string) => providers.status(id).lastKnown !== undefined && !providers.status(id).readError;
    return { toldMs, clickMs, backMs: await until(providers, ids, isBack, signal) };
  } finally {
    recovery.dispose();
    await service.stop();
  }
}

function stateOf(shipped: typeof ShippedState, service: Service, ids: readonly string[]): Providers {
  const client = new shipped.NetworkMappingClient({
    endpoint: () => shipped.checkEndpoint(service.url),
    tokens: {
      getToken: () =>
        Promise.resolve({
          type: 'granted',
          token: service.accessToken,
          account: 'default',
          session: 'session',
          missingScopes: [],
        }),
      markAccepted: () => undefined,
      refresh: () => Promise.resolve(undefined),
    },
  });
  const providers = new shipped.MappingStore(
    client,
    { begin: () => Promise.resolve(''), complete: () => Promise.resolve() },
    { settleMs: 0 },
  );
  providers.setEntries(ids.map((id) => ({ type: 'provider', id })));
  providers.setSessions(new Map([['default', 'session']]));
  return providers;
}

/** Milliseconds until all rows are so. */
async function until(
  { events }: Providers,
  ids: readonly string[],
  isSo: (id: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    const look = () => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (!ids.every(isSo)) return;
      else resolve();
      events.off('idle', look).off('providerChanged', look);
      signal.removeEventListener('abort', look);
    };
    events.on('idle', look).on('providerChanged', look);
    signal.addEventListener('abort', look);
    look();
  });
  return performance.now() - began;
}
