import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, newContext } from '../runner/browser';
import { startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import { ACCESS_TOKEN, SERVICE_PROVIDER } from '../support/builders';

/**
 * The properties that VS Code and the telemetry library add to every event. All describe software: the IDs of the computer and of
 * the window are removed (commonProperties.ts).
 */
const COMMON_PROPERTIES = [
  'common.extname',
  'common.extversion',
  'common.isnewappinstall',
  'common.nodeArch',
  'common.os',
  'common.platformversion',
  'common.product',
  'common.remotename',
  'common.telemetryclientversion',
  'common.uikind',
  'common.vscodecommithash',
  'common.vscodereleasedate',
  'common.vscodeversion',
];
/** The tags of the envelope that are sent. */
const TAGS = ['ai.internal.sdkVersion'];

const INSTRUMENTATION_KEY = '00000000-0000-0000-0000-000000000000';
const PROVIDER_NAME = 'Hotel Aurora, Room 7';
const root = path.join(import.meta.dirname, '../..');

interface Envelope {
  readonly iKey: string;
  readonly tags: Record<string, string>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: {
      readonly name: string;
      readonly properties: Record<string, string>;
      readonly measurements: Record<string, number>;
    };
  };
}

/** The ingestion endpoint, which is also the mapping service here, without mappings. */
let local: Server;
let delivered: string[] = [];
/** Reads of mappings, and of service providers themselves. */
let asked = { get: 0, readProvider: 0 };
let url: string;
let folder: string;
let browser: Browser;

beforeAll(async () => {
  local = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (request.url === '/v2/track') {
        delivered.push(body);
        response.end('{}');
      } else {
        asked[request.url?.endsWith('/network') ? 'get' : 'readProvider']++;
        response.writeHead(404, { 'content-type': 'application/json' }).end('{"type":"NOT_FOUND","message":"none"}');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(local, 'listening');
  url = `http://127.0.0.1:${(local.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-'));
  await buildExtension(path.join(folder, 'extension'));
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  local.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  delivered = [];
  asked = { get: 0, readProvider: 0 };
});

/** Builds the extension like a release, but with another telemetry endpoint, in a new folder. */
async function buildExtension(into: string): Promise<void> {
  await mkdir(into);
  for (const name of await readdir(root)) {
    const [from, to] = [path.join(root, name), path.join(into, name)];
    // A link to the sources would give them other paths than those that the build names.
    if (/^package.*\.json$|^tsconfig\.json$|^src$/.test(name)) await cp(from, to, { recursive: true });
    else if (['media', 'l10n', 'node_modules'].includes(name)) await symlink(from, to);
  }
  await promisify(execFile)(process.execPath, [path.join(root, 'esbuild.js')], {
    cwd: into,
    env: {
      ...process.env,
      TELEMETRY_CONNECTION_STRING: `InstrumentationKey=${INSTRUMENTATION_KEY};IngestionEndpoint=${url}`,
    },
  });
}

/** Signs in, refreshes, shows the log and closes the window like a user; VS Code keeps running during `afterwards`. */
async function useExtension(telemetryLevel: 'all' | 'off', afterwards: () => Promise<void>): Promise<void> {
  const server = await startServer({
    dataDir: path.join(folder, telemetryLevel),
    extensions: [path.join(folder, 'extension')],
    telemetry: true,
    settings: {
      'telemetry.telemetryLevel': telemetryLevel,
      'alexaNetworkMapping.apiEndpoint': url,
      'alexaNetworkMapping.serviceProviders': [{ id: SERVICE_PROVIDER, name: PROVIDER_NAME }],
    },
  });
  try {
    const workbench = await Workbench.open(await newContext(browser), server);
    await workbench.command('Alexa Network Mapping: Sign In…');
    await workbench.quickInput.pick('Sign In', 'Paste an access token');
    await workbench.quickInput.answer('Sign In with an Access Token', ACCESS_TOKEN);
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await workbench.command('Alexa Network Mapping: Refresh');
    await expect.poll(() => asked.readProvider, { timeout: 10_000 }).toBeGreaterThan(0);
    await workbench.command('Alexa Network Mapping: Show Log');
    await workbench.page.locator('.part.panel .view-lines').waitFor();
    await workbench.command('View: Hide Panel'); // by then the command that has shown it has ended
    await workbench.page.close(); // the extension sends immediately what it would otherwise send after 15 seconds
    await afterwards();
  } finally {
    await server.stop();
  }
}

describe('telemetry of the installed extension', () => {
  it('is sent with the documented properties and no others', { timeout: 120_000 }, async () => {
    const arrived = () => delivered.flatMap((body) => JSON.parse(body) as Envelope[]);
    await useExtension('all', () => expect.poll(() => arrived().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(5));
    const events = arrived();

    const recorded = events.map(({ data: { baseData } }) => ({
      name: baseData.name,
      properties: Object.fromEntries(Object.entries(baseData.properties).filter(([key]) => !key.startsWith('common.'))),
      measurements: baseData.measurements,
    }));
    const event = (name: string, properties: object, measurements: object) => ({
      name: `networkmapping.alexa-network-mapping/${name}`,
      properties,
      measurements,
    });
    const durationMs = expect.any(Number) as number;
    expect(recorded).toContainEqual(event('command', { command: 'signIn', result: 'succeeded' }, { durationMs }));
    expect(recorded).toContainEqual(event('command', { command: 'refresh', result: 'succeeded' }, { durationMs }));
    expect(recorded).toContainEqual(event('command', { command: 'showLog', result: 'succeeded' }, { durationMs }));
    for (const operation of ['get', 'readProvider'] as const) {
      const requests = asked[operation];
      expect(recorded).toContainEqual(event('requests', { operation, outcome: 'notFound' }, { requests, durationMs }));
    }

    expect(recorded).toHaveLength(5);

    for (const { iKey, tags, data } of events) {
      expect(iKey).toBe(INSTRUMENTATION_KEY);
      expect(data.baseType).toBe('EventData');
      expect(Object.keys(tags).sort()).toEqual(TAGS);
      const common = Object.keys(data.baseData.properties).filter((key) => key.startsWith('common.'));
      expect(COMMON_PROPERTIES).toEqual(expect.arrayContaining(common));
    }
    const everything = delivered.join('\n');
    for (const secret of [ACCESS_TOKEN, 'Atza', SERVICE_PROVIDER, 'csp.id', PROVIDER_NAME, '127.0.0.1', folder]) {
      expect(everything).not.toContain(secret);
    }
  });

  it('is not sent when the user has disabled telemetry', { timeout: 120_000 }, async () => {
    await useExtension('off', () => delay(5_000));
    expect(delivered).toEqual([]);
  });
});
