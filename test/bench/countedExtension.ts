import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ConfiguredEntry } from '../../src/core/configuredProviders';
import { ServiceProvidersSetting } from '../../src/settings/serviceProvidersSetting';
import { ServiceProviders } from '../../src/state/serviceProviders';
import { ServiceProvidersTree } from '../../src/tree/serviceProvidersTree';

/** What VS Code and the tree have said to each other since counting began. */
export interface Counts {
  /** Rows that VS Code asked the tree to render, again where it asked again. */
  readonly rendered: string[];
  /** Rows of which the tree said that they have changed, once for each time; null stands for all of them. */
  readonly announced: (string | null)[];
}

/** The extension's list and tree, with counters, in front of a service that knows every mapping at once. */
export interface CountedExtension {
  /** Shows the view, and waits until VS Code asks for nothing more. */
  show(): Promise<void>;
  /** Reads one mapping, as Refresh does for one row; resolves with what that led to. */
  readOne(index: number): Promise<Counts>;
  /** Takes the setting anew with another name of one service provider; resolves with what that led to. */
  renameOne(index: number): Promise<Counts>;
}

/** How long VS Code has to ask for nothing to be thought done: it gathers what has changed for some 200 ms. */
const QUIET_MS = 1_500;
const PATIENCE_MS = 60_000;

class CountedTree extends ServiceProvidersTree {
  counts: Counts = { rendered: [], announced: [] };
  /** When VS Code last asked for a row; Infinity while it has not since counting began. */
  private askedAtMs = Infinity;

  constructor(providers: ServiceProviders) {
    super(providers);
    this.onDidChangeTreeData((changed) => {
      this.counts.announced.push(...(changed?.map(nameOf) ?? [null]));
    });
  }

  override getTreeItem(entry: ConfiguredEntry): vscode.TreeItem {
    this.askedAtMs = Date.now();
    this.counts.rendered.push(nameOf(entry));
    return super.getTreeItem(entry);
  }

  /** Counts from now on until VS Code asks for nothing more. */
  async count(act: () => Promise<unknown>): Promise<Counts> {
    this.counts = { rendered: [], announced: [] };
    this.askedAtMs = Infinity;
    const began = Date.now();
    await act();
    while (Date.now() - this.askedAtMs < QUIET_MS) {
      if (Date.now() - began > PATIENCE_MS)
        throw new Error('VS Code does not come to an end, or asks for no row at all');
      await delay(100);
    }
    return this.counts;
  }
}

export function activate(context: vscode.ExtensionContext): CountedExtension {
  const skillId = 'amzn1.ask.skill.00000000-0000-4000-8000-000000000000';
  const client = { get: () => known(skillId), change: () => known(skillId) };
  const providers = new ServiceProviders(client);
  const setting = new ServiceProvidersSetting();
  providers.configure(setting.read());
  const tree = new CountedTree(providers);
  context.subscriptions.push(
    tree,
    vscode.window.createTreeView('alexaNetworkMapping.serviceProviders', {
      treeDataProvider: tree,
      canSelectMany: true,
    }),
  );
  const at = (index: number) => providers.providers[index]?.id ?? '';
  return {
    async show() {
      await tree.count(async () => {
        await vscode.commands.executeCommand('workbench.view.extension.alexaNetworkMapping');
      });
    },
    readOne: (index) => tree.count(() => providers.refresh([at(index)])),
    renameOne: (index) =>
      tree.count(() => {
        const id = at(index);
        const entries = setting.read();
        const renamed = entries.map((entry) =>
          entry.type === 'provider' && entry.id === id ? { ...entry, name: 'Another name' } : entry,
        );
        providers.configure(renamed);
        return Promise.resolve();
      }),
  };
}

function known(skillId: string) {
  return Promise.resolve({ ok: true, value: { type: 'mapped', skillId } } as const);
}

function nameOf(entry: ConfiguredEntry): string {
  return entry.type === 'provider' ? entry.id : `entry ${entry.index}`;
}
