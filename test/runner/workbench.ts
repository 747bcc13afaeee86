import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { type Server, workbenchUrl } from './server';

/** Matches text by a substring or a pattern. */
type Text = string | RegExp;

/** A VS Code window, as a user sees it. Every method waits until its target exists. */
export class Workbench {
  readonly quickInput: QuickInput;
  readonly dialog: Dialog;
  /** Requests of the window to other computers; should stay empty. */
  readonly outsideRequests: readonly string[];

  private constructor(
    readonly page: Page,
    private readonly screenshotDir: string,
  ) {
    this.quickInput = new QuickInput(page);
    this.dialog = new Dialog(page);
    this.outsideRequests = outsideRequestsOf(page);
  }

  /** Opens a folder, or none, in a new window. */
  static async open(
    context: BrowserContext,
    server: Pick<Server, 'url'>,
    {
      folder,
      screenshotDir = 'test-results',
      language,
    }: { folder?: string; screenshotDir?: string; language?: string | undefined } = {},
  ): Promise<Workbench> {
    const workbench = new Workbench(await context.newPage(), screenshotDir);
    // As a language pack does, whose words VS Code's own interface then lacks: the window tells it to the extension host.
    if (language !== undefined)
      await workbench.page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
    await workbench.page.goto(workbenchUrl(server, { folder }));
    await workbench.ready();
    return workbench;
  }

  /** Reloads the window, as the command Developer: Reload Window does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  private async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Runs a command by the name that the palette shows, `Category: Title`. */
  async command(name: string): Promise<void> {
    const row = this.quickInput.row(name);
    for (const deadline = Date.now() + 30_000; ;) {
      await this.page.keyboard.press('F1');
      try {
        await this.quickInput.fill(`>${name}`, { timeout: 2_000 });
        await row.click({ timeout: 2_000 });
        break;
      } catch (error) {
        // An open palette does not add commands that are registered later, such as those of an extension after a reload,
        // and closes when an editor that is still loading takes the focus.
        if (Date.now() > deadline) throw new Error(`The palette has no command ${name}`, { cause: error });
        await this.page.keyboard.press('Escape');
      }
    }
    // The command runs before the palette is gone.
    await row.waitFor({ state: 'hidden' });
  }

  /** Shows a view container by its name in the activity bar. */
  async viewContainer(name: string): Promise<void> {
    const tab = this.page.locator('.part.activitybar').getByRole('tab', { name });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  /** A row of a tree in the side bar by its accessible name. */
  row(name: Text): Locator {
    return this.page.locator('.part.sidebar').getByRole('treeitem', { name });
  }

  /**
   * Chooses an item of the context menu of a row or another element. The menu keeps the items it had when it opened, so
   * one that lacks the item, because the row changed just then, is closed and opened again.
   */
  async contextMenu(target: Locator, item: string): Promise<void> {
    const menu = this.page.getByRole('menu');
    for (const deadline = Date.now() + 30_000; ;) {
      await target.click({ button: 'right' });
      await menu.first().waitFor();
      if (await this.menuItem(item).isVisible()) break;
      const items = await this.page.getByRole('menuitem').allInnerTexts();
      await this.page.keyboard.press('Escape');
      await menu.first().waitFor({ state: 'hidden' });
      if (Date.now() > deadline) throw new Error(`The menu has no ${item}, but: ${items.join(', ')}`);
    }
    await this.chooseMenuItem(item);
  }

  /** Chooses an item of the open menu; with the keyboard, since a menu ignores the mouse right after it opens. */
  async chooseMenuItem(name: string): Promise<void> {
    await this.menuItem(name).hover();
    await this.page.keyboard.press('Enter');
    await this.menuItem(name).waitFor({ state: 'hidden' });
  }

  /** Opens the Accounts menu in the activity bar. */
  async openAccounts(): Promise<void> {
    await this.page.locator('.part.activitybar').getByRole('button', { name: 'Accounts' }).click();
    await this.page.getByRole('menu').waitFor();
  }

  /** An item of the open menu, whose accessible name may end in its key. */
  menuItem(name: string): Locator {
    return this.page.getByRole('menuitem').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** A button in the title of the side bar's view. */
  viewAction(name: string): Locator {
    return this.page.locator('.part.sidebar').getByRole('button', { name, exact: true });
  }

  notification(text: Text): Notification {
    return new Notification(this.page.locator('.notification-toast').filter({ hasText: text }));
  }

  /** The contents of the visible webview. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Takes a screenshot of the window; resolves with the file. */
  async screenshot(name: string): Promise<string> {
    await mkdir(this.screenshotDir, { recursive: true });
    const file = path.join(this.screenshotDir, `${name}.png`);
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }
}

/** The quick input at the top of the window: input boxes, quick picks, and the command palette. */
export class QuickInput {
  private readonly widget: Locator;

  constructor(page: Page) {
    this.widget = page.locator('.quick-input-widget:visible');
  }

  /** Waits until the box with this title is open. */
  async titled(title: Text): Promise<void> {
    await this.widget.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  }

  get input(): Locator {
    return this.widget.locator('.quick-input-box input');
  }

  /** A button in the title by a part of its name, which a keybinding may follow. */
  button(name: string): Locator {
    return this.widget.getByRole('button', { name });
  }

  /** The whole prompt or validation message of an input box. */
  async words(): Promise<string> {
    return (await this.widget.locator('.quick-input-message').innerText()).replace(/\s+/g, ' ').trim();
  }

  /** The prompt or validation message of an input box, by a part of it. */
  message(text: Text): Locator {
    return this.widget.locator('.quick-input-message').filter({ hasText: text });
  }

  /** An item by its label; a description may follow. */
  row(label: string): Locator {
    return this.widget.getByRole('option', { name: new RegExp(`^${label.replace(/[^\w\s]/g, '\\$&')}(, |$)`) });
  }

  /** The accessible names of the items in view. */
  async items(): Promise<string[]> {
    const rows = this.widget.getByRole('option');
    await rows.first().waitFor();
    // One that has just been replaced never comes back, so do not wait for it: half a minute by default.
    const name = async (row: Locator) => (await row.getAttribute('aria-label', { timeout: 1_000 })) ?? '';
    return Promise.all((await rows.all()).map(name));
  }

  async fill(text: string, options?: { timeout: number }): Promise<void> {
    await this.input.fill(text, options);
  }

  async accept(): Promise<void> {
    await this.input.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.input.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Waits for an input box by its title, enters text and accepts. */
  async answer(title: Text, text: string): Promise<void> {
    await this.titled(title);
    await this.fill(text);
    await this.accept();
  }

  /** Waits for a quick pick by its title and picks an item by its label. */
  async pick(title: Text, label: string): Promise<void> {
    await this.titled(title);
    await this.row(label).click();
  }
}

/** A modal dialog. */
export class Dialog {
  private readonly box: Locator;

  constructor(page: Page) {
    this.box = page.locator('.monaco-dialog-box');
  }

  /** The message and the details under it. */
  async text(): Promise<string> {
    return this.box.locator('.dialog-message-container').innerText();
  }

  async buttons(): Promise<string[]> {
    await this.box.waitFor();
    return this.box.locator('.dialog-buttons').getByRole('button').allInnerTexts();
  }

  async press(button: string): Promise<void> {
    await this.box.getByRole('button', { name: button, exact: true }).click();
    await this.box.waitFor({ state: 'hidden' });
  }
}

/** A notification toast at the bottom right. */
export class Notification {
  constructor(readonly toast: Locator) {}

  async text(): Promise<string> {
    return this.toast.locator('.notification-list-item-message').innerText();
  }

  async press(button: string): Promise<void> {
    await this.toast.getByRole('button', { name: button, exact: true }).click();
  }

  /** The button is there only under the pointer, which a toast that slides on the screen can leave. */
  async close(): Promise<void> {
    await this.toast.waitFor();
    for (const deadline = Date.now() + 30_000; ;) {
      try {
        await this.toast.hover({ timeout: 2_000 });
        await this.toast.locator('.codicon-notifications-clear').click({ timeout: 2_000 });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }
}

function outsideRequestsOf(page: Page): string[] {
  const outside: string[] = [];
  const record = (address: string) => {
    const { protocol, hostname } = new URL(address);
    if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') outside.push(address);
  };
  page.on('request', (request) => {
    record(request.url());
  });
  page.on('websocket', (socket) => {
    record(socket.url());
  });
  return outside;
}
