import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ChangeJournal } from '../../core/history/changeJournal';
import type { HistoryFormat } from '../../core/history/historyExport';
import { searchChanges, type SearchableHistory } from '../../core/history/historySearch';
import type { SkillNames } from '../../core/skills/skillNames';
import { searchProblem } from '../../core/model/identifiers';
import { JournalError } from '../../core/history/journalError';
import { changeHistoryHtml } from './changeHistoryHtml';
import { type HistoryPageMessage, ChangeHistoryMessage } from './changeHistoryMessages';
import { toSearchResultMessage } from './changeHistoryRows';
import { readChangeHistoryState } from './changeHistoryState';
import { closeUnrestoredTabs } from './closeUnrestoredTabs';
import { connectPage, pageFrame } from './panelPage';
import { CHANGE_HISTORY } from './panelTypes';

/** Combines changes in quick succession into one search. */
const DEBOUNCE_MS = 500;

/** The actions of the panel's buttons. */
export interface ChangeHistoryActions {
  undo(operationId: string): Promise<void>;
  /**
   * Writes all changes that a search finds to a file that the user chooses.
   *
   * @returns the message to show; undefined if the user left the dialog
   */
  save(search: string, format: HistoryFormat): Promise<string | undefined>;
}

/** The only panel with all changes of mappings. VS Code restores it after a window reload, with its search. */
export class ChangeHistoryPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  /** Kept in memory while the panel is open. */
  private history: SearchableHistory | undefined;
  private lastQuery: (ChangeHistoryMessage & { type: 'search' }) | undefined;
  private running: AbortController | undefined;
  private debounce: NodeJS.Timeout | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly journal: Pick<ChangeJournal, 'searchable'>,
    private readonly skills: SkillNames,
    private readonly actions: ChangeHistoryActions,
  ) {}

  /**
   * Opens the panel, or reveals it.
   *
   * @param search what to search for; without it, an open panel keeps its own search
   */
  show(search?: string): void {
    if (this.panel) {
      this.panel.reveal();
      if (search !== undefined) this.render(search);
      return;
    }
    closeUnrestoredTabs(CHANGE_HISTORY);
    this.attach(vscode.window.createWebviewPanel(CHANGE_HISTORY, '', vscode.ViewColumn.Active));
    this.render(search ?? '');
  }

  /** Adopts a panel that VS Code has restored, with its search. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    if (this.panel) {
      panel.dispose();
      return;
    }
    this.attach(panel);
    this.render(readChangeHistoryState(state).search);
  }

  /** Searches again, because something may have changed. A hidden panel searches when it is next shown. */
  refresh(): void {
    if (!this.panel?.visible || this.debounce) return;
    this.debounce = setTimeout(() => {
      this.debounce = undefined;
      if (this.panel?.visible && this.lastQuery) void this.search(this.lastQuery);
    }, DEBOUNCE_MS);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private attach(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.title = vscode.l10n.t('Change History');
    connectPage(panel, this.extensionUri, ChangeHistoryMessage, (message) => {
      void this.handleMessage(message);
    });
    panel.onDidDispose(() => {
      this.running?.abort();
      clearTimeout(this.debounce);
      this.debounce = undefined;
      this.panel = undefined;
      this.history = undefined;
      this.lastQuery = undefined;
    });
  }

  private render(search: string): void {
    if (!this.panel) return;
    this.panel.webview.html = changeHistoryHtml({
      search,
      opening: randomBytes(16).toString('hex'),
      ...pageFrame(this.panel, this.extensionUri, ['changeHistory']),
    });
  }

  private async handleMessage(message: ChangeHistoryMessage): Promise<void> {
    switch (message.type) {
      case 'search': {
        const problem = searchProblem(message.search);
        if (problem !== undefined) {
          this.running?.abort();
          this.post({ type: 'announce', text: problem });
          return;
        }
        this.lastQuery = message;
        await this.search(message);
        return;
      }
      case 'export': {
        await this.save(message);
        return;
      }
      case 'undo':
        await this.actions.undo(message.operationId);
        this.refresh();
    }
  }

  private async search({ search, limit }: ChangeHistoryMessage & { type: 'search' }): Promise<void> {
    this.running?.abort();
    const { signal } = (this.running = new AbortController());
    try {
      this.history ??= this.journal.searchable();
      await searchChanges(this.history, search, this.skills, limit, signal, (found) => {
        this.post(toSearchResultMessage(found, search, vscode.env.language, this.skills));
      });
    } catch (error) {
      if (!signal.aborted) this.post({ type: 'failed', text: failureText(error) });
    }
  }

  private async save({ search, format }: ChangeHistoryMessage & { type: 'export' }): Promise<void> {
    try {
      const text = await this.actions.save(search, format);
      if (text !== undefined) this.post({ type: 'announce', text });
    } catch (error) {
      this.post({ type: 'announce', text: failureText(error) });
    }
  }

  private post(answer: HistoryPageMessage): void {
    void this.panel?.webview.postMessage(answer);
  }
}

/** @throws an error that does not concern reading */
function failureText(error: unknown): string {
  if (!(error instanceof JournalError)) throw error;
  return error.message;
}
