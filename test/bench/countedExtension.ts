import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { SkillNames } from '../../src/core/skills/skillNames';
import { readServiceProviders } from '../../src/editor/settings/serviceProviders';
import { MappingStore } from '../../src/core/mappings/mappingStore';
import { ServiceProvidersTree, type Row } from '../../src/editor/tree/serviceProvidersTree';
import { ViewOptions } from '../../src/editor/tree/viewOptions';
import { SKILLS } from './configuredProviders';
import { median } from './medians';

/** The exchange between VS Code and the tree since counting started. */
export interface Counts {
  /** Rows that VS Code requested from the tree, with repetitions. */
  readonly rendered: string[];
  /** Rows in change events of the tree, with repetitions; null means all rows. */
  readonly announced: (string | null)[];
}

/** The extension's list and tree, with counters, and a service that responds immediately. */
export interface CountedExtension {
  /** Shows the view, and waits until VS Code requests no more rows. */
  show(): Promise<void>;
  /** Reads one mapping, as Refresh does for one row; resolves with the counts. */
  readOne(index: number): Promise<Counts>;
  /** Applies the setting with another name for one service provider; resolves with the counts. */
  renameOne(index: number): Promise<Counts>;
  /** Reads all mappings and groups the rows by skill; resolves with the counts of the grouping. */
  group(): Promise<Counts>;
  /** Reads one mapping that was changed to the next skill; resolves with the counts. */
  moveOne(index: number): Promise<Counts>;
  /** How long the tree takes to create all rows in each way. */
  timeRows(): Promise<RowTimes>;
}

/** Medians, in milliseconds. */
export interface RowTimes {
  /** To render all rows in the list, which the tree has created already. */
  readonly list: number;
  /** To group all rows, and to return those of all groups. */
  readonly group: number;
  /** To filter the rows by a text, and to return them. */
  readonly filter: number;
}

const ROUNDS = 15;

/** VS Code is considered done after this time without a request: it collects changes for some 200 ms. */
const QUIET_MS = 1_500;
const TIMEOUT_MS = 60_000;

class CountedTree extends ServiceProvidersTree {
  counts: Counts = { rendered: [], announced: [] };
  /** When VS Code last requested a row; Infinity if it has not since counting started. */
  private requestedAtMs = Infinity;

  constructor(providers: MappingStore, options: ViewOptions) {
    super(providers, options, new SkillNames());
    this.onDidChangeTreeData((changed) => {
      this.counts.announced.push(...(changed?.map(nameOf) ?? [null]));
    });
  }

  override getTreeItem(row: Row): vscode.TreeItem {
    this.requestedAtMs = Date.now();
    this.counts.rendered.push(nameOf(row));
    return super.getTreeItem(row);
  }

  /** Counts while the task runs and until VS Code requests no more rows. */
  async count(task: () => Promise<unknown>): Promise<Counts> {
    this.counts = { rendered: [], announced: [] };
    this.requestedAtMs = Infinity;
    const began = Date.now();
    await task();
    while (Date.now() - this.requestedAtMs < QUIET_MS) {
      if (Date.now() - began > TIMEOUT_MS) throw new Error('VS Code does not stop requesting rows, or requests none');
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
  providers.setEntries(readServiceProviders());
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
        const entries = readServiceProviders();
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
    timeRows: () => timeRows(providers),
  };
}

/** Uses separate trees without a view, alternately. */
async function timeRows(providers: MappingStore): Promise<RowTimes> {
  const optionsOf = () => new ViewOptions({ keys: () => [], get: () => undefined, update: unwanted });
  const options = optionsOf();
  const skills = new SkillNames();
  const listed = new ServiceProvidersTree(providers, optionsOf(), skills);
  const tree = new ServiceProvidersTree(providers, options, skills);
  // The first rows of a long list are drawn before the rest.
  for (const each of [listed, tree]) while (each.getChildren().length < providers.providers.length) await delay(100);
  const times = { list: [] as number[], group: [] as number[], filter: [] as number[] };
  const time = (name: keyof RowTimes, task: () => void) => {
    const began = performance.now();
    task();
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
  throw new Error('nothing is changed or stored here');
}

function nameOf(row: Row): string {
  switch (row.type) {
    case 'provider':
      return row.id;
    case 'group':
      return row.key;
    case 'invalid':
      return `entry ${row.index}`;
  }
}
