/**
 * `npm start`: runs VS Code in the browser with the extension and a workspace of seeded service providers, and the simulator
 * instead of Amazon's service. Only the user settings of the extension refer to the simulator.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startServer, workbenchUrl } from '../runner/server';
import { freePort } from '../support/freePort';
import { demoSkills } from '../simulator/seed';
import { startSimulator, type Simulator } from '../simulator/simulator';
import { demoCredentials } from '../simulator/tokens';

const root = path.resolve(import.meta.dirname, '../..');
const dataDir = path.join(root, '.vscode-test/demo');
const workspace = path.join(dataDir, 'workspace');

/** A fixed port, because VS Code stores secrets in the browser by origin: a session survives a restart of this script. */
const USUAL_PORT = 8123;

/** The port of the extension's default redirect URI. */
const USUAL_RETURN_PORT = 9090;
const returnUrl = (host: string, port: number) => `http://${host}:${port}/cb`;

async function main(): Promise<void> {
  execFileSync(process.execPath, ['esbuild.js'], { cwd: root, stdio: 'inherit' });
  const port = await portToUse();
  const returnPort = (await isFree(USUAL_RETURN_PORT)) ? USUAL_RETURN_PORT : await freePort();
  const { clientId, clientSecret } = demoCredentials;
  const redirectUri = returnUrl('127.0.0.1', returnPort);
  const allowedReturnUrls = [redirectUri, returnUrl('localhost', returnPort)];
  const simulator = await startSimulator({ clients: [{ clientId, allowedReturnUrls }] });
  try {
    await writeWorkspace(simulator);
    const server = await startServer({
      dataDir,
      port,
      extensions: [root],
      settings: {
        'alexaNetworkMapping.apiEndpoint': simulator.url,
        'alexaNetworkMapping.authorizationEndpoint': simulator.authorizationEndpoint,
        'alexaNetworkMapping.tokenEndpoint': simulator.tokenEndpoint,
        'alexaNetworkMapping.redirectUri': redirectUri,
        'alexaNetworkMapping.clientId': clientId,
        'workbench.startupEditor': 'readme',
        'workbench.editorAssociations': { '*.md': 'vscode.markdown.preview.editor' },
      },
    });
    console.log(
      [
        '',
        `  VS Code         ${workbenchUrl(server, { folder: workspace })}`,
        `  Simulator       ${simulator.url}   (make the service fail, see what it holds)`,
        `  Client ID       ${clientId}`,
        `  Client secret   ${clientSecret}`,
        `  Access token    ${demoCredentials.accessToken}`,
        '',
        '  Open VS Code, choose Sign In…, then "Sign in with the browser", and paste the client secret.',
        '  After a build, run "Developer: Reload Window".',
        '  Ctrl+C stops both.',
        '',
      ].join('\n'),
    );
    const interrupted = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.once(signal, () => {
          resolve();
        });
      }
    });
    const end = await Promise.race([interrupted, server.ended]);
    if (end !== undefined) throw new Error(`VS Code ended by itself (${end}); see ${server.logFile}`);
    await server.stop();
  } finally {
    await simulator.stop();
  }
}

async function portToUse(): Promise<number> {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  if (values.port === undefined) return (await isFree(USUAL_PORT)) ? USUAL_PORT : 0;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('--port: expected a number from 0 to 65535');
  if (port !== 0 && !(await isFree(port))) throw new Error(`--port: ${port} is in use`);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

async function writeWorkspace(simulator: Simulator): Promise<void> {
  await rm(workspace, { recursive: true, force: true });
  await mkdir(path.join(workspace, '.vscode'), { recursive: true });
  const guide = await readFile(path.join(import.meta.dirname, 'guide.md'), 'utf8');
  await writeFile(path.join(workspace, 'README.md'), guide.replaceAll('{simulator}', simulator.url));
  const providers = simulator.control
    .providers()
    .map(({ serviceProviderId, name }) => ({ id: serviceProviderId, ...(name && { name }) }));
  const settings = { 'alexaNetworkMapping.serviceProviders': providers };
  await writeFile(path.join(workspace, '.vscode/settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
  await writeFile(path.join(workspace, 'hotels.network-mappings.json'), demoMappingFile(providers));
}

/** Returns a mapping file of the hotels, with one entry that differs from the service. */
function demoMappingFile(providers: readonly { readonly id: string; readonly name?: string }[]): string {
  const entry = (name: string) => {
    const found = providers.find((each) => each.name === name);
    if (!found) throw new Error(`the demo has no ${name}`);
    return JSON.stringify({ serviceProviderId: found.id, skillId: demoSkills.guestCalling, name });
  };
  return `// The mappings that the hotels should have. Compare, apply and update them with the links above the first line.
{
  "mappings": [
    ${entry('Grand Meridian Seattle')},
    ${entry('Grand Meridian Chicago')},
    ${entry('Grand Meridian London')},
    // The preview is over: the service still has it.
    ${entry('Grand Meridian Roma')}
  ]
}
`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
