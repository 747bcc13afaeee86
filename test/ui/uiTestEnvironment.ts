import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { beforeEach, expect, onTestFailed } from 'vitest';
import { launchBrowser, newContext } from '../runner/browser';
import { oldestVsCode } from '../runner/oldestVsCode';
import { type Server, startServer } from '../runner/server';
import { Workbench } from '../runner/workbench';
import type { ProviderInput } from '../simulator/seed';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { freePort } from '../support/freePort';
import { filesWithSecrets, textsWithSecrets } from './leaks';
import { unsealed } from './sealedSecrets';
import { TokenTap } from './tokenTap';

const root = path.join(import.meta.dirname, '../..');
const screenshotDir = path.join(root, 'test-results/screenshots', process.env['VSCODE_HOST_VERSION'] ?? '');

/**
 * Whether the tests run in the oldest VS Code, which repeats those in the newest one. It need not repeat what no version of VS Code
 * can change.
 */
export const inOldest = process.env['VSCODE_HOST_VERSION'] === oldestVsCode();

interface UiTestEnvironmentOptions {
  /** User settings in addition to the endpoints. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly keybindings?: readonly unknown[];
  /** The wall clock of the service. */
  readonly now?: () => number;
  /** The folder of the extension, if it is another one than the repository. */
  readonly extension?: string;
  /** Whether the test moves the clock of VS Code's extensions, with {@link UiTestEnvironment.passTime}. */
  readonly movableClock?: boolean;
  /** Whether workspaces are not trusted before the user says so. */
  readonly workspaceTrust?: boolean;
}

interface WindowOptions {
  /** The service providers of the service, which the workspace lists with their names. */
  readonly providers?: readonly ProviderInput[];
  /** Workspace settings, which override the list of `providers`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Files of the workspace, with their texts. */
  readonly files?: Readonly<Record<string, string>>;
  /** VS Code's display language; English by default. */
  readonly language?: string;
  /** Signs in first, unless there is a session from an earlier window. */
  readonly signedIn?: boolean;
}

/** The environment of a UI test: a simulated service, VS Code with the extension, and a browser. */
export class UiTestEnvironment {
  private windows = 0;
  private readonly secrets = new Set<string>();
  private readonly recordedTexts: string[] = [];
  private readonly externalRequests: (readonly string[])[] = [];
  private hasSession = false;
  private clockAheadMs = 0;

  private constructor(
    readonly simulator: Simulator,
    private readonly tap: TokenTap,
    private server: Server,
    private readonly startAgain: (port: number) => Promise<Server>,
    /** The redirect URI of a sign-in. */
    readonly redirectUri: string,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly folder: string,
    private readonly clockFile: string | undefined,
  ) {
    // The browser sees the code and the state of a sign-in, which are secret everywhere else.
    context.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (!pathname.endsWith('/ap/oa') && !request.url().startsWith(redirectUri)) return;
      for (const name of ['code', 'state']) this.secret(searchParams.get(name) ?? '');
    });
  }

  /** @param name part of the name of the folder for all files */
  static async start(
    name: string,
    {
      settings = {},
      keybindings = [],
      now,
      extension = root,
      movableClock = false,
      workspaceTrust = false,
    }: UiTestEnvironmentOptions = {},
  ): Promise<UiTestEnvironment> {
    const folder = await mkdtemp(path.join(tmpdir(), `ui-${name}-`));
    const userDataDir = path.join(folder, 'user-data');
    await mkdir(path.join(userDataDir, 'User'), { recursive: true });
    await writeFile(path.join(userDataDir, 'User/keybindings.json'), JSON.stringify(keybindings));
    const simulator = await startSimulator({ seed: [], ...(now && { now }) });
    const tap = await TokenTap.before(Number(new URL(simulator.url).port));
    const redirectUri = `http://127.0.0.1:${await freePort()}/cb`;
    simulator.control.allowReturnUrl(redirectUri);
    const clockFile = movableClock ? path.join(folder, 'clock') : undefined;
    if (clockFile !== undefined) await writeFile(clockFile, '0');
    const start = (port?: number) =>
      startServer({
        dataDir: folder,
        userDataDir,
        extensions: [extension],
        settings: {
          'alexaNetworkMapping.apiEndpoint': simulator.url,
          'alexaNetworkMapping.authorizationEndpoint': `${simulator.url}/ap/oa`,
          'alexaNetworkMapping.tokenEndpoint': `${tap.url}/auth/o2/token`,
          'alexaNetworkMapping.redirectUri': redirectUri,
          'window.autoDetectColorScheme': true,
          ...(workspaceTrust && {
            'security.workspace.trust.enabled': true,
            'security.workspace.trust.startupPrompt': 'never',
          }),
          ...settings,
        },
        workspaceTrust,
        startTimeout: 60_000,
        ...(clockFile !== undefined && { clockFile }),
        ...(port !== undefined && { port }),
      });
    const [server, browser] = await Promise.all([start(), launchBrowser()]);
    return new UiTestEnvironment(
      simulator,
      tap,
      server,
      start,
      redirectUri,
      browser,
      await newContext(browser),
      folder,
      clockFile,
    );
  }

  /** The time by the clock of VS Code's extensions. */
  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  /** Moves the clock of VS Code's extensions forward, which ends what they wait for until then. */
  async passTime(ms: number): Promise<void> {
    if (this.clockFile === undefined) throw new Error('the test was started without a movable clock');
    this.clockAheadMs += ms;
    await writeFile(this.clockFile, String(this.clockAheadMs));
  }

  /** Restarts VS Code at the same URL, so that what the browser stores for it is available again. */
  async restart(): Promise<void> {
    for (const page of this.context.pages()) await page.close();
    await this.server.stop();
    this.server = await this.startAgain(Number(new URL(this.server.url).port));
  }

  /** Reopens the last window. */
  async reopen(): Promise<Workbench> {
    return this.show(path.join(this.folder, `workspace-${this.windows}`));
  }

  /** Waits for the next page that VS Code opens in the browser, and for its heading. */
  async nextPage(): Promise<Page> {
    const page = await this.context.waitForEvent('page');
    await page.getByRole('heading').first().waitFor();
    return page;
  }

  /** The pages other than the window of VS Code. */
  otherPages({ page }: Workbench): Page[] {
    return this.context.pages().filter((each) => each !== page);
  }

  /** Records a secret, to search for it in everything that was written. */
  secret(text: string): string {
    if (text !== '') this.secrets.add(text);
    return text;
  }

  /** A new access token that the service accepts. */
  newToken(): string {
    return this.secret(this.simulator.control.issueAccessToken());
  }

  /** Opens a window on a new folder, with the view of the extension visible. */
  async open({
    providers = [],
    settings = {},
    files = {},
    language,
    signedIn = false,
  }: WindowOptions = {}): Promise<Workbench> {
    const { control } = this.simulator;
    control.clearFaults();
    control.seed([...providers]);
    const folder = path.join(this.folder, `workspace-${++this.windows}`);
    await mkdir(folder, { recursive: true });
    const list = providers.map(({ serviceProviderId: id, name }) => ({ id, ...(name !== undefined && { name }) }));
    const all = { ...(list.length > 0 && { 'alexaNetworkMapping.serviceProviders': list }), ...settings };
    if (Object.keys(all).length > 0) await this.writeWorkspaceSettings(folder, all);
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const workbench = await this.show(folder, language);
    if (signedIn && !this.hasSession) await this.signIn(workbench);
    return workbench;
  }

  private async show(folder: string, language?: string): Promise<Workbench> {
    const before = this.context.pages();
    const workbench = await Workbench.open(this.context, this.server, { folder, screenshotDir, language });
    for (const page of before) await page.close();
    this.externalRequests.push(workbench.outsideRequests);
    await workbench.viewContainer('Alexa Network Mapping');
    return workbench;
  }

  private async writeWorkspaceSettings(folder: string, settings: object): Promise<void> {
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings, null, 2));
  }

  /** Signs in with the button of the Connection view. */
  async signIn(workbench: Workbench, token = this.newToken()): Promise<void> {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    await this.paste(workbench, token);
  }

  /** Completes the prompts of Sign In with an access token. */
  async paste(workbench: Workbench, token: string): Promise<void> {
    await workbench.quickInput.pick('Sign In', 'Paste an access token');
    await workbench.quickInput.answer('Sign In with an Access Token', token);
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    this.hasSession = true;
  }

  /** All secrets so far that were entered, sent to or from the token endpoint, or in the address bar. */
  secretsInUse(): string[] {
    return [...new Set([...this.secrets, ...this.tap.secrets()])];
  }

  /** Records a text that left the extension, such as a report, to search it for secrets. */
  recordText(text: string): string {
    this.recordedTexts.push(text);
    return text;
  }

  /** The text of the clipboard. */
  async clipboard({ page }: Workbench): Promise<string> {
    return this.recordText(await page.evaluate<string>('navigator.clipboard.readText()'));
  }

  /**
   * The files and texts that contain one of the {@link secretsInUse}: all files of VS Code and of the workspaces, what VS Code stores
   * in the browser (where secrets are encrypted), and all texts of {@link recordText}. Excludes the browser's own files and the
   * memory of the simulator.
   */
  async leaks(): Promise<string[]> {
    const secrets = this.secretsInUse();
    expect(secrets).not.toEqual([]);
    const texts = [...this.recordedTexts, await this.stored()];
    return [...(await filesWithSecrets(this.folder, secrets)), ...textsWithSecrets(texts, secrets)];
  }

  /** The extension's global storage folder. */
  get globalStorage(): string {
    return path.join(this.folder, 'user-data/User/globalStorage/networkmapping.alexa-network-mapping');
  }

  /** The extension's log, of all windows. */
  async logs(): Promise<string> {
    const { logsDir } = this.server;
    const names = await readdir(logsDir, { recursive: true });
    const own = names.filter((name) => path.basename(name) === 'Alexa Network Mapping.log');
    return (await Promise.all(own.map((name) => readFile(path.join(logsDir, name), 'utf8')))).join('');
  }

  /** The values in VS Code's secret storage, by key. */
  async secretStorage({ page }: Workbench): Promise<Record<string, string>> {
    const sealed = await page.evaluate<string | null>(`localStorage.getItem('secrets.provider')`);
    const serverHalf = await fetch(`${this.server.url}/mint-key`, { method: 'POST' });
    return sealed === null ? {} : unsealed(sealed, new Uint8Array(await serverHalf.arrayBuffer()));
  }

  /** What VS Code has stored in the browser. It stores changes every five seconds, and nothing when it is closed. */
  async stored(): Promise<string> {
    return JSON.stringify(await this.context.storageState({ indexedDB: true }));
  }

  /** Stops everything, and checks that no window has sent a request to another computer. */
  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.tap.stop();
    await this.simulator.stop();
    await rm(this.folder, { recursive: true, force: true });
    // Resources of webviews have external URLs, but VS Code's service worker in the browser responds to them.
    const externalRequests = this.externalRequests
      .flat()
      .filter((url) => !new URL(url).host.endsWith('.vscode-resource.vscode-cdn.net'));
    expect(externalRequests).toEqual([]);
  }
}

/** The Service Providers view. */
export function list(workbench: Workbench): Locator {
  return workbench.page.locator('.part.sidebar').getByRole('tree', { name: 'Service Providers' });
}

/** The Service Providers view with the line above its rows. */
export function listPane(workbench: Workbench): Locator {
  const tree = workbench.page.getByRole('tree', { name: 'Service Providers' });
  return workbench.page.locator('.part.sidebar .pane').filter({ has: tree });
}

/** The Connection view, which says why nothing can be read. */
export function connection(workbench: Workbench): Locator {
  return workbench.page
    .locator('.part.sidebar .pane')
    .filter({ has: workbench.page.getByText('Connection', { exact: true }) });
}

/** The accessible label of each row, from top to bottom. */
export async function rowLabels(workbench: Workbench): Promise<string[]> {
  // In one call: otherwise Playwright would wait for a row that disappears meanwhile.
  const rows = list(workbench).getByRole('treeitem');
  return rows.evaluateAll((all: { ariaLabel: string | null }[]) => all.map(({ ariaLabel }) => ariaLabel ?? ''));
}

/** The row of a service provider, whatever its mapping. */
export function row(workbench: Workbench, name: string): Locator {
  return list(workbench).getByRole('treeitem', { name: new RegExp(`^${escaped(name)}, `) });
}

/** The visible text of a row: its name and description. */
export async function shown(row: Locator): Promise<string> {
  return (await row.locator('.monaco-icon-label-container').innerText()).replace(/\s+/g, ' ').trim();
}

/** Presses a button in the title of the list; VS Code shows it while the pointer is over the view. */
export async function pressInTitle(workbench: Workbench, button: string): Promise<void> {
  await list(workbench).hover();
  await workbench.viewAction(button).click();
}

/** Chooses an item of the menu in the title of the list. */
export async function chooseInTitleMenu(workbench: Workbench, item: string): Promise<void> {
  await list(workbench).hover();
  // Its name differs between versions of VS Code.
  await workbench.page.locator('.part.sidebar .composite.title .codicon-toolbar-more').click();
  await workbench.chooseMenuItem(item);
}

/** The items of the open menu, without their keybindings. */
export async function menuItems({ page }: Workbench): Promise<string[]> {
  const items = page.getByRole('menu').getByRole('menuitem');
  await items.first().waitFor();
  return items.locator('.action-label').allInnerTexts();
}

/** The frame of the visible webview, in which axe runs. */
export async function webviewFrame(workbench: Workbench): Promise<Frame> {
  const body = await workbench.webview().locator('body').elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error('no webview is shown');
  return frame;
}

/** Closes what a failed test may have left open, so that the next one does not fail too. */
export async function closeOverlays({ page }: Workbench): Promise<void> {
  const open = page.locator('.monaco-dialog-box, .quick-input-widget:visible, .monaco-menu');
  for (let attempts = 3; attempts > 0 && (await open.count()) > 0; attempts--) await page.keyboard.press('Escape');
}

/** Takes a screenshot in the light theme and one in the dark theme. */
export async function screenshot(workbench: Workbench, name: string): Promise<void> {
  const { page } = workbench;
  // Move the pointer away, so that nothing is hovered.
  await page.mouse.move(800, 780);
  for (const [colorScheme, theme] of [
    ['dark', '.vs-dark'],
    ['light', '.vs:not(.vs-dark)'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`.monaco-workbench${theme}`).waitFor();
    await workbench.screenshot(`${name}-${colorScheme}`);
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Takes a screenshot of the window for each failed test, named after it. */
export function screenshotOnFailure(workbench: () => Workbench): void {
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await workbench().screenshot(`failed ${task.name.replace(/[^\w ]/g, '').slice(0, 60)}`);
    });
  });
}

/** A service provider with an ID derived from its name. */
export function aProvider(name: string, skillId?: string): ProviderInput & { readonly name: string } {
  const id = `amzn1.comms.csp.id.${name.toLowerCase().replaceAll(' ', '-')}`;
  return { serviceProviderId: id, name, ...(skillId !== undefined && { skillId }) };
}
