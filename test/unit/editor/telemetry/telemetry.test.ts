import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  EVENTS,
  type EventMeasurements,
  type EventName,
  type EventProperties,
} from '../../../../src/editor/telemetry/events';
import { createTelemetry, type Reporter } from '../../../../src/editor/telemetry/telemetry';
import { FAILURE_KINDS } from '../../../../src/core/failures/apiFailure';
import { ACCESS_TOKEN, SERVICE_PROVIDER } from '../../../support/builders';
import { eventLoopTurns } from '../../../support/eventLoopTurns';
import { unexpected } from '../../../support/unexpected';

const SHOW_LOG = { command: 'showLog', result: 'succeeded' } as const;

/** Telemetry with a recording reporter, and a user who can opt in and out. */
function telemetryOf({ reporter = {} }: { reporter?: Partial<Reporter> } = {}) {
  const user = { allows: true };
  const sent: unknown[][] = [];
  const load = vi.fn((): Reporter => ({
    send: (...event) => sent.push(event),
    dispose: () => Promise.resolve(),
    ...reporter,
  }));
  const telemetry = createTelemetry({ isEnabled: () => user.allows, connectionString: 'InstrumentationKey=0', load });
  return { telemetry, user, sent, load };
}

/** Resolves when all events are sent that were recorded so far. */
const eventsSent = () => eventLoopTurns(5);

const unhandled = vi.fn();
beforeEach(() => process.on('unhandledRejection', unhandled));
afterEach(async () => {
  await eventsSent();
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

describe('a recorded event', () => {
  it('is sent as documented', async () => {
    const { telemetry, sent } = telemetryOf();
    telemetry.record(
      'command',
      { command: 'deleteMapping', result: 'failed', failure: 'timeout' },
      { durationMs: 12.4, serviceProviders: 3 },
    );
    telemetry.record('requests', { operation: 'get', outcome: 'succeeded' }, { requests: 250, durationMs: 9 });
    await eventsSent();
    expect(sent).toEqual([
      [
        'command',
        { command: 'deleteMapping', result: 'failed', failure: 'timeout' },
        { durationMs: 12, serviceProviders: 3 },
      ],
      ['requests', { operation: 'get', outcome: 'succeeded' }, { requests: 250, durationMs: 9 }],
    ]);
  });

  it('contains the kind of a failure and nothing else of it', async () => {
    const { telemetry, sent } = telemetryOf();
    for (const failure of FAILURE_KINDS) {
      telemetry.record('command', { ...SHOW_LOG, failure }, { durationMs: 1 });
    }
    await eventsSent();
    expect(sent).toEqual(FAILURE_KINDS.map((failure) => ['command', { ...SHOW_LOG, failure }, { durationMs: 1 }]));
  });

  it('omits undocumented properties, even if they compile', async () => {
    const { telemetry, sent } = telemetryOf();
    const properties = { ...SHOW_LOG, serviceProviderId: SERVICE_PROVIDER, token: ACCESS_TOKEN };
    const measurements = { durationMs: 1, port: 443 };
    telemetry.record('command', properties, measurements);
    await eventsSent();
    expect(sent).toEqual([['command', SHOW_LOG, { durationMs: 1 }]]);
  });

  it.each([
    ['free text instead of a listed value', { ...SHOW_LOG, failure: ACCESS_TOKEN }, { durationMs: 1 }],
    ['an ID instead of a command', { ...SHOW_LOG, command: SERVICE_PROVIDER }, { durationMs: 1 }],
    ['free text instead of a number', SHOW_LOG, { durationMs: ACCESS_TOKEN }],
    ['NaN', SHOW_LOG, { durationMs: Number.NaN }],
    ['nothing', {}, {}],
  ])('is not sent at all with %s', async (_, properties, measurements) => {
    const { telemetry, load } = telemetryOf();
    telemetry.record('command', properties as EventProperties<'command'>, measurements as EventMeasurements<'command'>);
    await eventsSent();
    expect(load).not.toHaveBeenCalled();
  });

  it('can only have listed values and numbers', () => {
    /** The keys whose type allows any text; a closed list never includes `string`. */
    type Open<T> = { [Key in keyof T]-?: string extends T[Key] ? Key : never }[keyof T];
    expectTypeOf<Open<EventProperties<'command'>>>().toBeNever();
    expectTypeOf<Open<EventProperties<'requests'>>>().toBeNever();
    expectTypeOf<EventName>().toEqualTypeOf<'command' | 'requests'>();
    type Value<T> = NonNullable<T[keyof T]>;
    expectTypeOf<Value<EventMeasurements<'command'>>>().toEqualTypeOf<number>();
    expectTypeOf<Value<EventMeasurements<'requests'>>>().toEqualTypeOf<number>();

    const text: string = SERVICE_PROVIDER;
    const { telemetry } = telemetryOf();
    // @ts-expect-error an undocumented event
    telemetry.record('secret', {}, {});
    // @ts-expect-error free text instead of a listed value
    telemetry.record('command', { ...SHOW_LOG, failure: text }, { durationMs: 1 });
    // @ts-expect-error an undocumented property
    telemetry.record('command', { command: 'showLog', result: 'succeeded', text }, { durationMs: 1 });
  });

  it('can name each visible command, and no other', async () => {
    const { contributes } = JSON.parse(
      await readFile(new URL('../../../../package.json', import.meta.url), 'utf8'),
    ) as {
      contributes: { commands: { command: string }[] };
    };
    const commands = contributes.commands.map(({ command }) => command.replace('alexaNetworkMapping.', ''));
    expect(EVENTS.command.properties.entries.command.options.toSorted()).toEqual(commands.toSorted());
  });
});

describe('requests', () => {
  it('are counted by operation and outcome and sent a minute after the first', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { telemetry, sent } = telemetryOf();
      for (let i = 0; i < 300; i++) telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 40 });
      telemetry.countRequest({ operation: 'get', outcome: 404, durationMs: 30 });
      telemetry.countRequest({ operation: 'update', outcome: 503, durationMs: 20 });
      telemetry.countRequest({ operation: 'update', outcome: 'timeout', durationMs: 10_000 });
      telemetry.countRequest({ operation: 'create', outcome: 201, durationMs: 50 });
      vi.advanceTimersByTime(59_999);
      await eventsSent();
      expect(sent).toEqual([]);
      vi.advanceTimersByTime(1);
      await eventsSent();
      expect(sent).toEqual([
        ['requests', { operation: 'get', outcome: 'succeeded' }, { requests: 300, durationMs: 12_000 }],
        ['requests', { operation: 'get', outcome: 'notFound' }, { requests: 1, durationMs: 30 }],
        ['requests', { operation: 'update', outcome: 'unavailable' }, { requests: 1, durationMs: 20 }],
        ['requests', { operation: 'update', outcome: 'timeout' }, { requests: 1, durationMs: 10_000 }],
        ['requests', { operation: 'create', outcome: 'succeeded' }, { requests: 1, durationMs: 50 }],
      ]);
      telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 7 });
      vi.advanceTimersByTime(60_000);
      await eventsSent();
      expect(sent[5]).toEqual(['requests', { operation: 'get', outcome: 'succeeded' }, { requests: 1, durationMs: 7 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('that were not sent yet are sent at shutdown', async () => {
    const { telemetry, sent } = telemetryOf();
    telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 40 });
    await telemetry.dispose();
    expect(sent).toEqual([['requests', { operation: 'get', outcome: 'succeeded' }, { requests: 1, durationMs: 40 }]]);
  });
});

describe('the telemetry reporter', () => {
  it('is never loaded in a build without a connection string', async () => {
    const telemetry = createTelemetry({
      isEnabled: () => unexpected('a question to the user'),
      connectionString: '',
      load: () => unexpected('a load'),
    });
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 40 });
    await telemetry.dispose();
  });

  it('is loaded with the first event, after work in progress, and once', async () => {
    const { telemetry, load } = telemetryOf();
    await eventsSent();
    expect(load).not.toHaveBeenCalled();
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    telemetry.record('command', SHOW_LOG, { durationMs: 2 });
    await Promise.resolve();
    expect(load).not.toHaveBeenCalled();
    await eventsSent();
    expect(load).toHaveBeenCalledOnce();
    expect(load).toHaveBeenCalledWith('InstrumentationKey=0');
  });

  it('is not loaded when nothing happened until shutdown', async () => {
    const { telemetry, load } = telemetryOf();
    await telemetry.dispose();
    expect(load).not.toHaveBeenCalled();
  });

  it('is loaded once only, and a failure is not reported', async () => {
    const { telemetry, load } = telemetryOf();
    load.mockImplementation(() => {
      throw new Error('Cannot find module');
    });
    for (let i = 0; i < 3; i++) {
      telemetry.record('command', SHOW_LOG, { durationMs: i });
      await eventsSent();
    }
    await telemetry.dispose();
    expect(load).toHaveBeenCalledOnce();
  });

  it('may fail at an event or at shutdown without a report', async () => {
    const send = vi.fn(() => {
      throw new Error('no');
    });
    const { telemetry } = telemetryOf({ reporter: { send, dispose: () => Promise.reject(new Error('never')) } });
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    await eventsSent();
    telemetry.record('command', SHOW_LOG, { durationMs: 2 });
    await telemetry.dispose();
    expect(send).toHaveBeenCalledTimes(2);
  });

  it('gets the last events before it is disposed of, and none after that', async () => {
    const order: string[] = [];
    const { telemetry } = telemetryOf({
      reporter: {
        send: (event) => order.push(event),
        dispose: () => Promise.resolve(void order.push('disposed')),
      },
    });
    telemetry.record('requests', { operation: 'get', outcome: 'succeeded' }, { requests: 1, durationMs: 1 });
    const disposed = telemetry.dispose();
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    await disposed;
    await eventsSent();
    expect(order).toEqual(['requests', 'disposed']);
  });
});

describe('a user who opted out', () => {
  it('has nothing loaded, nothing counted and nothing sent', async () => {
    const { telemetry, user, sent, load } = telemetryOf();
    user.allows = false;
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 40 });
    user.allows = true;
    await eventsSent();
    await telemetry.dispose();
    expect(load).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  it('can opt out and in at any time', async () => {
    const { telemetry, user, sent } = telemetryOf();
    const record = async (durationMs: number) => {
      telemetry.record('command', SHOW_LOG, { durationMs });
      await eventsSent();
    };
    await record(1);
    user.allows = false;
    await record(2);
    user.allows = true;
    await record(3);
    expect(sent.map(([, , measurements]) => measurements)).toEqual([{ durationMs: 1 }, { durationMs: 3 }]);
  });

  it('discards events that were recorded or counted and not sent', async () => {
    const { telemetry, user, sent, load } = telemetryOf();
    telemetry.record('command', SHOW_LOG, { durationMs: 1 });
    telemetry.countRequest({ operation: 'get', outcome: 200, durationMs: 40 });
    user.allows = false;
    await telemetry.dispose();
    expect(load).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });
});
