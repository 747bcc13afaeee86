import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { ExclusiveWrites } from '../../src/core/crossWindow/exclusiveWrites';
import { ServiceProvidersSetting } from '../../src/editor/settings/serviceProvidersSetting';
import { MappingStore } from '../../src/core/mappings/mappingStore';
import { ServiceProvidersTree, type Row } from '../../src/editor/tree/serviceProvidersTree';
import { ViewOptions } from '../../src/editor/tree/viewOptions';
import { SKILLS } from './configuredProviders';
import { median } from './medians';

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
  /** Reads all mappings and groups the rows by skill; resolves with what the grouping led to. */
  group(): Promise<Counts>;
  /** Reads one mapping that was changed to the next skill meanwhile; resolves with what that led to. */
  moveOne(index: number): Promise<Counts>;
  /** How long the tree takes to make all rows in each way. */
  timeRows(): Promise<RowTimes>;
}

/** Medians, in milliseconds. */
export interface RowTimes {
  /** To render all rows in the list, all of which the tree knows already. */
  readonly list: number;
  /** To put all into groups, and to give VS Code the rows of all groups. */
  readonly group: number;
  /** To find the rows with a text, and to give them to VS Code. */
  readonly filter: number;
}

const ROUNDS = 15;

/** How long VS Code has to ask for nothing to be thought done: it gathers what has changed for some 200 ms. */
const QUIET_MS = 1_500;
const PATIENCE_MS = 60_000;

class CountedTree extends ServiceProvidersTree {
  counts: Counts = { rendered: [], announced: [] };
  /** When VS Code last asked for a row; Infinity while it has not since counting began. */
  private askedAtMs = Infinity;

  constructor(providers: MappingStore, options: ViewOptions) {
    super(providers, options);
    this.onDidChangeTreeData((changed) => {
      this.counts.announced.push(...(changed?.map(nameOf) ?? [null]));
    });
  }

  override getTreeItem(row: Row): vscode.TreeItem {
    this.askedAtMs = Date.now();
    this.counts.rendered.push(nameOf(row));
    return super.getTreeItem(row);
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
  const moved = new Map<string, number>();
  const skillOf = (id: string): number => ((positions.get(id) ?? 0) + (moved.get(id) ?? 0)) % SKILLS;
  const client = { get: (id: string) => known(skillOf(id)), change: unwanted };
  const providers: MappingStore = new MappingStore(client, { begin: unwanted, complete: unwanted });
  const alone = new ExclusiveWrites({ withLock: (_name, act) => act() });
  const setting = new ServiceProvidersSetting(alone, context.globalStorageUri);
  providers.setEntries(setting.read());
  const positions = new Map<string, number>(providers.providers.map(({ id }, index) => [id, index]));
  const options = new ViewOptions(context.workspaceState);
  const tree = new CountedTree(providers, options);
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
        providers.setEntries(renamed);
        return Promise.resolve();
      }),
    async group() {
      providers.setSessions(new Map([['default', 'session']]));
      await tree.count(() => providers.refresh([...positions.keys()]));
      return tree.count(() => {
        options.update({ grouping: 'skill' });
        return Promise.resolve();
      });
    },
    moveOne: (index) =>
      tree.count(() => {
        moved.set(at(index), 1);
        return providers.refresh([at(index)]);
      }),
    timeRows: () => Promise.resolve(timeRows(providers)),
  };
}

/** With trees of its own that no view shows, by turns. */
function timeRows(providers: MappingStore): RowTimes {
  const optionsOf = () => new ViewOptions({ keys: () => [], get: () => undefined, update: unwanted });
  const options = optionsOf();
  const listed = new ServiceProvidersTree(providers, optionsOf());
  const tree = new ServiceProvidersTree(providers, options);
  const times = { list: [] as number[], group: [] as number[], filter: [] as number[] };
  const time = (name: keyof RowTimes, act: () => void) => {
    const began = performance.now();
    act();
    times[name].push(performance.now() - began);
  };
  for (let round = 0; round < ROUNDS; round++) {
    options.update({ grouping: 'list', filter: '' });
    time('list', () => {
      for (const row of listed.getChildren()) listed.getTreeItem(row);
    });
    time('group', () => {
      options.update({ grouping: 'skill' });
      for (const group of tree.getChildren()) tree.getChildren(group);
    });
    options.update({ grouping: 'list' });
    tree.getChildren();
    time('filter', () => {
      options.update({ filter: 'property 0007' });
      tree.getChildren();
    });
  }
  tree.dispose();
  listed.dispose();
  return { list: median(times.list), group: median(times.group), filter: median(times.filter) };
}

function known(skill: number) {
  const skillId = `amzn1.ask.skill.00000000-0000-4000-8000-${String(skill).padStart(12, '0')}`;
  return Promise.resolve({ ok: true, value: { type: 'mapped', skillId } } as const);
}

function unwanted(): never {
  throw new Error('nothing is changed or kept here');
}

function nameOf(row: Row): string {
  switch (row.type) {
    case 'provider':
      return row.id;
    case 'group':
      return row.key;
    case 'unusable':
      return `entry ${row.index}`;
  }
}
