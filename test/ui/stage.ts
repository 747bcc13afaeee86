import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Frame, Locator } from 'playwright-core';
import { beforeEach, expect, onTestFailed } from 'vitest';
import { launchBrowser, newContext } from '../host/browser';
import { type Server, startServer } from '../host/server';
import { Workbench } from '../host/workbench';
import type { ProviderInput } from '../simulator/seed';
import { type Simulator, startSimulator } from '../simulator/simulator';
import { filesWithSecrets, textsWithSecrets } from './leaks';

const root = path.join(import.meta.dirname, '../..');
const screenshotDir = path.join(root, 'test-results/screenshots');

interface StageOptions {
  /** User settings beside the endpoint. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly keybindings?: readonly unknown[];
}

interface WindowOptions {
  /** What the service holds, and, with their names, what the workspace lists. */
  readonly providers?: readonly ProviderInput[];
  /** Workspace settings, over the list of `providers`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Signs in before anything else, unless the browser has a session from the window before. */
  readonly signedIn?: boolean;
}

/** What a test of the interface plays on: a simulated service, VS Code with the extension, and a browser. */
export class Stage {
  private windows = 0;
  private readonly tokens: string[] = [];
  private readonly said: string[] = [];
  private readonly outside: (readonly string[])[] = [];
  private hasSession = false;

  private constructor(
    readonly simulator: Simulator,
    readonly server: Server,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
    private readonly folder: string,
  ) {}

  /** @param name of the folder for everything that is written */
  static async set(name: string, { settings = {}, keybindings = [] }: StageOptions = {}): Promise<Stage> {
    const folder = await mkdtemp(path.join(tmpdir(), `ui-${name}-`));
    const userDataDir = path.join(folder, 'user-data');
    await mkdir(path.join(userDataDir, 'User'), { recursive: true });
    await writeFile(path.join(userDataDir, 'User/keybindings.json'), JSON.stringify(keybindings));
    const simulator = await startSimulator({ seed: [] });
    const [server, browser] = await Promise.all([
      startServer({
        dataDir: folder,
        userDataDir,
        extensions: [root],
        settings: {
          'alexaNetworkMapping.apiEndpoint': simulator.url,
          'window.autoDetectColorScheme': true,
          ...settings,
        },
        startTimeout: 60_000,
      }),
      launchBrowser(),
    ]);
    return new Stage(simulator, server, browser, await newContext(browser), folder);
  }

  /** An access token that the service takes; it is looked for at the end in all that was written. */
  newToken(): string {
    const token = this.simulator.control.issueAccessToken();
    this.tokens.push(token);
    return token;
  }

  /** Opens a window on a new folder, with the view of the extension before the person. */
  async open({ providers = [], settings = {}, signedIn = false }: WindowOptions = {}): Promise<Workbench> {
    const { control } = this.simulator;
    control.clearFaults();
    control.seed([...providers]);
    const folder = path.join(this.folder, `workspace-${++this.windows}`);
    await mkdir(folder, { recursive: true });
    const list = providers.map(({ serviceProviderId: id, name }) => ({ id, ...(name !== undefined && { name }) }));
    const all = { ...(list.length > 0 && { 'alexaNetworkMapping.serviceProviders': list }), ...settings };
    if (Object.keys(all).length > 0) await this.writeWorkspaceSettings(folder, all);
    const before = this.context.pages();
    const workbench = await Workbench.open(this.context, this.server, { folder, screenshotDir });
    for (const page of before) await page.close();
    this.outside.push(workbench.outsideRequests);
    await workbench.viewContainer('Alexa Network Mapping');
    if (signedIn && !this.hasSession) await this.signIn(workbench);
    return workbench;
  }

  private async writeWorkspaceSettings(folder: string, settings: object): Promise<void> {
    await mkdir(path.join(folder, '.vscode'), { recursive: true });
    await writeFile(path.join(folder, '.vscode/settings.json'), JSON.stringify(settings, null, 2));
  }

  /** Signs in by the button of the Connection view. */
  async signIn(workbench: Workbench, token = this.newToken()): Promise<void> {
    await connection(workbench).getByRole('button', { name: 'Sign In…' }).click();
    await this.paste(workbench, token);
  }

  /** Goes the way from the pick of Sign In to its end. */
  async paste(workbench: Workbench, token: string): Promise<void> {
    await workbench.quickInput.pick('Sign In', 'Paste an access token');
    await workbench.quickInput.answer('Sign In with an Access Token', token);
    await workbench.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    this.hasSession = true;
  }

  /** Remembers a text that left the extension, such as a report, to look for tokens in it at the end. */
  heard(text: string): string {
    this.said.push(text);
    return text;
  }

  /** What the clipboard holds. */
  async clipboard({ page }: Workbench): Promise<string> {
    return this.heard(await page.evaluate<string>('navigator.clipboard.readText()'));
  }

  /**
   * Where a token can be found in what was written so far: all files of VS Code and of the workspaces, what VS Code keeps in
   * the browser (where secrets are encrypted), and all that was {@link heard}. The browser's own files and the memory of the
   * simulator are not looked at.
   */
  async leaks(): Promise<string[]> {
    expect(this.tokens).not.toEqual([]);
    const texts = [...this.said, await this.stored()];
    return [...(await filesWithSecrets(this.folder, this.tokens)), ...textsWithSecrets(texts, this.tokens)];
  }

  /** What VS Code has stored in the browser so far: every five seconds what has changed, and nothing on leaving. */
  async stored(): Promise<string> {
    return JSON.stringify(await this.context.storageState({ indexedDB: true }));
  }

  /** Ends everything, and checks that no window has asked another machine for anything. */
  async strike(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await this.simulator.stop();
    await rm(this.folder, { recursive: true, force: true });
    // The parts of a webview have addresses elsewhere, and are answered by VS Code's service worker in the browser.
    const outside = this.outside.flat().filter((url) => !new URL(url).host.endsWith('.vscode-resource.vscode-cdn.net'));
    expect(outside).toEqual([]);
  }
}

/** The view of the list. */
export function list(workbench: Workbench): Locator {
  return workbench.page.locator('.part.sidebar').getByRole('tree', { name: 'Service Providers' });
}

/** The view that says why nothing can be read. */
export function connection(workbench: Workbench): Locator {
  return workbench.page
    .locator('.part.sidebar .pane')
    .filter({ has: workbench.page.getByText('Connection', { exact: true }) });
}

/** What a screen reader says of each row, from top to bottom. */
export async function labels(workbench: Workbench): Promise<string[]> {
  // In one go: a row that goes away meanwhile would be waited for.
  const rows = list(workbench).getByRole('treeitem');
  return rows.evaluateAll((all: { ariaLabel: string | null }[]) => all.map(({ ariaLabel }) => ariaLabel ?? ''));
}

/** The row of a service provider, whatever it is mapped to. */
export function row(workbench: Workbench, name: string): Locator {
  return list(workbench).getByRole('treeitem', { name: new RegExp(`^${escaped(name)}, `) });
}

/** What a row shows: its name and what stands after it. */
export async function shown(row: Locator): Promise<string> {
  return (await row.locator('.monaco-icon-label-container').innerText()).replace(/\s+/g, ' ').trim();
}

/** Presses a button in the title of the list; VS Code shows it while the pointer is over the view. */
export async function pressInTitle(workbench: Workbench, button: string): Promise<void> {
  await list(workbench).hover();
  await workbench.viewAction(button).click();
}

/** The items of the menu that is open, without their keys. */
export async function menuItems({ page }: Workbench): Promise<string[]> {
  const items = page.getByRole('menu').getByRole('menuitem');
  await items.first().waitFor();
  return items.locator('.action-label').allInnerTexts();
}

/** The document of the webview that is shown, in which axe runs. */
export async function webviewFrame(workbench: Workbench): Promise<Frame> {
  const body = await workbench.webview().locator('body').elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error('no webview is shown');
  return frame;
}

/** Closes what a test that failed may have left open, so that the next one does not fail for it. */
export async function putAway({ page }: Workbench): Promise<void> {
  const open = page.locator('.monaco-dialog-box, .quick-input-widget:visible, .monaco-menu');
  for (let most = 3; most > 0 && (await open.count()) > 0; most--) await page.keyboard.press('Escape');
}

/** Takes a picture in the light theme and one in the dark. */
export async function picture(workbench: Workbench, name: string): Promise<void> {
  const { page } = workbench;
  // Nothing is to be hovered but what the picture is about, which has the focus.
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

/** Lets each test that fails leave a picture of the window, under its own name. */
export function pictureOfFailure(workbench: () => Workbench): void {
  beforeEach(({ task }) => {
    onTestFailed(async () => {
      await workbench().screenshot(`failed ${task.name.replace(/[^\w ]/g, '').slice(0, 60)}`);
    });
  });
}

/** A service provider whose id can be read. */
export function hotel(name: string, skillId?: string): ProviderInput & { readonly name: string } {
  const id = `amzn1.comms.csp.id.${name.toLowerCase().replaceAll(' ', '-')}`;
  return { serviceProviderId: id, name, ...(skillId !== undefined && { skillId }) };
}
