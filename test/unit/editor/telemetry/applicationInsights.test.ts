import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { TelemetrySender } from 'vscode';
import { COMMON_PROPERTIES } from '../../../../src/editor/telemetry/commonProperties';
import type * as ApplicationInsights from '../../../../src/editor/telemetry/applicationInsights';

const MACHINE_ID = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const SESSION_ID = 'of-this-window-5e55105e55105e55';
const root = path.join(import.meta.dirname, '../../../..');

/** The part of VS Code that the second bundle uses, with the common properties that identify computers. */
const env = {
  isTelemetryEnabled: true,
  machineId: MACHINE_ID,
  sessionId: SESSION_ID,
  createTelemetryLogger: (sender: TelemetrySender, options: { ignoreUnhandledErrors: boolean }) => ({
    isUsageEnabled: true,
    isErrorsEnabled: true,
    onDidChangeEnableStates: () => ({ dispose: () => undefined }),
    logUsage(name: string, data: { properties: object; measurements: object }) {
      expect(options.ignoreUnhandledErrors).toBe(true);
      const common = {
        'common.vscodemachineid': MACHINE_ID,
        'common.sqmid': '{1}',
        'common.devDeviceId': '2',
        'common.vscodesessionid': SESSION_ID,
        'common.addedByAnotherVersion': 'anything',
        'common.vscodeversion': '1.139.1',
      };
      sender.sendEventData(`extension/${name}`, { ...data, properties: { ...data.properties, ...common } });
    },
    dispose: () => undefined,
  }),
};
class EventEmitter {
  readonly event = () => ({ dispose: () => undefined });
  fire(): void {
    // A port without a listener.
  }
}

let bundle: string;
beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, 'src/editor/telemetry/applicationInsights.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    external: ['vscode', '@microsoft/1ds-*'],
  });
  bundle = outputFiles[0]?.text ?? '';
});

function createReporter(port: number) {
  const require = createRequire(import.meta.url);
  const module = { exports: {} };
  // Loads it like a CommonJS module of Node.js, with the test double instead of VS Code.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('require', 'module', 'exports', bundle)(
    (id: string): unknown => (id === 'vscode' ? { env, EventEmitter } : (require(id) as unknown)),
    module,
    module.exports,
  );
  const { createReporter: create } = module.exports as typeof ApplicationInsights;
  return create(
    `InstrumentationKey=${'0'.repeat(8)}-0000-0000-0000-000000000000;IngestionEndpoint=http://127.0.0.1:${port}`,
  );
}

interface Envelope {
  tags: Record<string, string>;
  data: { baseData: { name: string; properties: Record<string, string>; measurements: Record<string, number> } };
}

let ingestion: Server;
let bodies: string[];
let answerAfterMs: number;
const port = () => (ingestion.address() as AddressInfo).port;
const unhandled = vi.fn();

beforeEach(async () => {
  env.isTelemetryEnabled = true;
  bodies = [];
  answerAfterMs = 0;
  ingestion = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push(body);
      setTimeout(() => response.end('{}'), answerAfterMs).unref();
    });
  }).listen(0, '127.0.0.1');
  await once(ingestion, 'listening');
  process.on('unhandledRejection', unhandled).on('uncaughtException', unhandled);
});

afterEach(async () => {
  await delay(20);
  process.off('unhandledRejection', unhandled).off('uncaughtException', unhandled);
  ingestion.closeAllConnections();
  ingestion.close();
  expect(unhandled).not.toHaveBeenCalled();
});

it('delivers recorded events, at shutdown at the latest, without data on the computer or the window', async () => {
  answerAfterMs = 100;
  const reporter = createReporter(port());
  reporter.send('command', { command: 'showLog', result: 'succeeded' }, { durationMs: 5 });
  await delay(0);
  await reporter.dispose();

  expect(bodies).toHaveLength(1);
  expect(bodies[0]).not.toContain(MACHINE_ID);
  expect(bodies[0]).not.toContain(SESSION_ID);
  const [event, ...rest] = JSON.parse(bodies[0] ?? '') as Envelope[];
  expect(rest).toEqual([]);
  const { name, properties, measurements } = event?.data.baseData ?? {};
  expect(name).toBe('extension/command');
  expect(measurements).toEqual({ durationMs: 5 });
  expect(properties).toMatchObject({ command: 'showLog', result: 'succeeded', 'common.vscodeversion': '1.139.1' });
  const others = Object.keys(properties ?? {}).filter((key) => !['command', 'result'].includes(key));
  expect(COMMON_PROPERTIES).toEqual(expect.arrayContaining(others));
  expect(Object.keys(event?.tags ?? {})).toEqual(['ai.internal.sdkVersion']);
});

it('does not deliver events recorded before the user opted out', async () => {
  const reporter = createReporter(port());
  reporter.send('command', { command: 'showLog', result: 'succeeded' }, { durationMs: 5 });
  env.isTelemetryEnabled = false;
  await delay(0);
  await reporter.dispose();
  expect(bodies).toEqual([]);
});

it('reports no error for an unreachable endpoint', async () => {
  const gone = port();
  ingestion.close();
  const reporter = createReporter(gone);
  reporter.send('command', { command: 'showLog', result: 'succeeded' }, { durationMs: 5 });
  await delay(0);
  await reporter.dispose();
});

it('does not delay shutdown for an endpoint that does not respond', async () => {
  answerAfterMs = 60_000;
  const reporter = createReporter(port());
  reporter.send('command', { command: 'showLog', result: 'succeeded' }, { durationMs: 5 });
  await delay(0);
  const began = performance.now();
  await reporter.dispose();
  expect(performance.now() - began).toBeLessThan(2_500);
});
