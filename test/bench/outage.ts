import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { bundleInto } from './bundle';
import type { Measurement, Row } from './measurement';
import type * as ShippedState from './shippedState';

type Providers = InstanceType<typeof ShippedState.MappingStore>;

const COUNTS = [1, 10, 60, 300] as const;

/** How each kind of outage starts and ends, with the target time until all rows show it, in milliseconds. */
const KINDS = {
  refused: { shownMs: 10_000, begin: (service: Service) => service.stop(), end: (service: Service) => service.start() },
  503: {
    shownMs: 10_000,
    begin: (service: Service) => service.fail({ name: 'unavailable' }),
    end: (service: Service) => service.mend(),
  },
  // The timeout of one attempt, and some milliseconds for all rows.
  silent: {
    shownMs: 15_500,
    begin: (service: Service) => service.fail({ kind: 'hang' }),
    end: (service: Service) => service.mend(),
  },
} as const;

type Kind = keyof typeof KINDS;

/** The target time until the result of a click on one row is shown, in milliseconds. */
const CLICK_SHOWN_MS = 20_000;

/** A simulator that can be unavailable for some time. */
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

/** The times of one outage, in milliseconds. */
interface OutageTimes {
  /** Until the last row shows why it could not be read. */
  readonly shownMs: number;
  /** The same for a click on one row during the outage. */
  readonly clickMs: number;
  /** From its end until the last row is re-read automatically. */
  readonly backMs: number;
}

/**
 * How long until users see that the service is unreachable: the client and the mapping store as shipped, with simulators that
 * refuse the connection, respond with 503, or do not respond. In real time, since users wait for it; all outages run concurrently.
 */
export const outage: Measurement = {
  name: 'outage',
  async measure({ dir, signal }) {
    const file = await bundleInto(dir, 'shippedState');
    const shipped = createRequire(file)(file) as typeof ShippedState;
    const cases = (Object.keys(KINDS) as Kind[]).flatMap((kind) => COUNTS.map((count) => ({ kind, count })));
    setMaxListeners(2 * cases.length, signal);
    const seen = await Promise.all(
      cases.map(async ({ kind, count }) => ({ kind, count, ...(await measureOutage(shipped, kind, count, signal)) })),
    );
    return [
      ...seen.map(({ kind, count, shownMs, backMs }): Row => ({
        name: `outage: ${count} ${count === 1 ? 'row' : 'rows'}, ${kind}: all told after`,
        value: Math.round(shownMs),
        unit: 'ms',
        aim: { atMost: KINDS[kind].shownMs },
        information: { backMs: Math.round(backMs) },
      })),
      ...(Object.keys(KINDS) as Kind[]).map((kind): Row => ({
        name: `outage: a click on one row, ${kind}: told after`,
        value: Math.round(Math.max(...seen.filter((each) => each.kind === kind).map(({ clickMs }) => clickMs))),
        unit: 'ms',
        aim: { atMost: CLICK_SHOWN_MS },
      })),
    ];
  },
};

async function measureOutage(
  shipped: typeof ShippedState,
  kind: Kind,
  count: number,
  signal: AbortSignal,
): Promise<OutageTimes> {
  const service = await Service.with(count);
  const { ids } = service;
  const providers = stateOf(shipped, service, ids);
  const recovery = new shipped.RereadAfterFailure(providers, (back) => void providers.refresh(back));
  try {
    recovery.update(true);
    await KINDS[kind].begin(service);
    const allShown = until(providers, ids, (id) => providers.status(id).readError !== undefined, signal);
    void providers.refresh(ids);
    const shownMs = await allShown;
    if (providers.commonReadError !== 'unreachable') throw new Error('the rows do not have a common reason');

    const [clicked = ''] = ids;
    const before = providers.status(clicked).readError;
    const began = performance.now();
    await providers.refresh([clicked], { urgent: true, interactive: true });
    const clickMs = performance.now() - began;
    if (providers.status(clicked).readError === before) throw new Error('a click did not read the mapping again');

    await KINDS[kind].end(service);
    const isBack = (id: string) => providers.status(id).lastKnown !== undefined && !providers.status(id).readError;
    return { shownMs, clickMs, backMs: await until(providers, ids, isBack, signal) };
  } finally {
    recovery.dispose();
    await service.stop();
  }
}

function stateOf(shipped: typeof ShippedState, service: Service, ids: readonly string[]): Providers {
  const client = new shipped.NetworkMappingClient(
    new shipped.ServiceClient({
      accountOf: () => undefined,
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
    }),
  );
  const providers = new shipped.MappingStore(
    client,
    { begin: () => Promise.resolve(''), complete: () => Promise.resolve() },
    { settleMs: 0 },
  );
  providers.setEntries(ids.map((id) => ({ type: 'provider', id })));
  providers.setSessions(new Map([['default', 'session']]));
  return providers;
}

/** Milliseconds until all rows meet the condition. */
async function until(
  { events }: Providers,
  ids: readonly string[],
  isMet: (id: string) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    const check = () => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (!ids.every(isMet)) return;
      else resolve();
      events.off('idle', check).off('providerChanged', check);
      signal.removeEventListener('abort', check);
    };
    events.on('idle', check).on('providerChanged', check);
    signal.addEventListener('abort', check);
    check();
  });
  return performance.now() - began;
}
