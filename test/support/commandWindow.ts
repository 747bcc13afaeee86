import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { ChangeRecord } from '../../src/core/history/changeRecord';
import { ChangeJournal } from '../../src/core/history/changeJournal';
import { MappingStore } from '../../src/core/mappings/mappingStore';
import type { ConfiguredEntry, SettingEntry } from '../../src/core/model/configuredProviders';
import { SkillNames } from '../../src/core/skills/skillNames';
import { applied, type ListEdit } from '../../src/core/providerList/listEdit';
import { parseNamedSkills } from '../../src/core/skills/skillsSetting';
import { CommandRunner } from '../../src/editor/commandRunner/commandRunner';
import { InternalCall } from '../../src/editor/commandRunner/runCommand';
import { readApiEndpoint } from '../../src/editor/settings/apiEndpoint';
import { COMMAND_NAMES, PREFIX, type CommandName } from '../../src/editor/commandNames';
import { ViewOptions } from '../../src/editor/tree/viewOptions';
import { signedInTo, signedOut } from './builders';
import { registered, Uri, user } from './fakeVscode';
import { MappingsInMemory } from './mappingsInMemory';
import { ProvidersInMemory } from './providersInMemory';
import { aPastedSession } from './sessions';
import { SharedLock } from './sharedLock';

type Dependencies = ConstructorParameters<typeof CommandRunner>[0];

/** A window with the real command runner, mapping store and journal, on a service in memory and with a scripted user. */
export class CommandWindow {
  readonly service = new MappingsInMemory();
  readonly onboarding = new ProvidersInMemory(this.service);
  /** The ID of the stored session of each account. */
  sessionId = 'pasted';
  /** Why the list cannot be written, if it cannot. */
  listProblem: Error | undefined;
  /** The names of all accounts, and whether they are signed in. */
  readonly accounts = new Map([['default', true]]);
  readonly merged: SettingEntry[] = [];
  /** The IDs that were removed from the list, and not put back. */
  readonly removed: string[] = [];
  /** The IDs of the selected rows. */
  readonly selectedIds: string[] = [];
  readonly results: unknown[] = [];
  /** The IDs of the rows in sight. */
  readonly shownIds = new Set<string>();
  /** The IDs of the rows that the filter hides. */
  readonly hiddenIds = new Set<string>();
  /** The rows that were revealed. */
  readonly revealed: object[] = [];
  readonly store: MappingStore;
  readonly skills = new SkillNames();
  /** The list of the `skills` setting. */
  namedSkills: readonly unknown[] = [];
  readonly viewOptions = new ViewOptions(aMemento());
  readonly runner: CommandRunner;
  private otherEndpoint: string | undefined;
  private recentSkills: readonly string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly journal: ChangeJournal,
    entries: ConfiguredEntry[],
  ) {
    this.store = new MappingStore(this.service, journal, {
      readProvider: (id) => this.onboarding.read(id),
      endpoint: (account) => {
        const endpoint = readApiEndpoint(account);
        return this.otherEndpoint ?? (endpoint.ok ? endpoint.url : '');
      },
      settleMs: 0,
      checksMs: [],
    });
    this.store.setEntries(entries);
    this.store.setSessions(signedInTo('default'));
    const selected = () => this.selectedIds.map((id) => ({ type: 'provider', id }));
    const dependencies = {
      providers: this.store,
      onboarding: () => Promise.resolve(this.onboarding),
      setting: {
        read: () => entries,
        merge: (additions: readonly SettingEntry[]) => {
          this.merged.push(...additions);
          entries.push(...additions.map((entry) => ({ type: 'provider', ...entry }) as const));
          this.store.setEntries([...entries]);
          return Promise.resolve({ added: additions.length, updated: 0, restore: () => Promise.resolve() });
        },
        add: (id: string, name: string | undefined, account?: string) => {
          if (this.listProblem) return Promise.reject(this.listProblem);
          entries.push({ type: 'provider', id, ...(name && { name }), ...(account !== undefined && { account }) });
          this.store.setEntries([...entries]);
          return Promise.resolve();
        },
        remove: (ids: readonly string[]) => {
          if (this.listProblem) return Promise.reject(this.listProblem);
          const before = [...entries];
          const set = (list: readonly ConfiguredEntry[]) => {
            entries.splice(0, entries.length, ...list);
            this.store.setEntries(list);
          };
          set(before.filter((entry) => entry.type !== 'provider' || !ids.includes(entry.id)));
          this.removed.push(...ids);
          return Promise.resolve(() => {
            this.removed.length = 0;
            set(before);
            return Promise.resolve();
          });
        },
      },
      sessions: {
        read: () => {
          const session = aPastedSession({ id: this.sessionId });
          const state = (isSignedIn: boolean) => (isSignedIn ? { type: 'signedIn', session } : { type: 'signedOut' });
          return Promise.resolve({
            byName: new Map([...this.accounts].map(([name, isSignedIn]) => [name, state(isSignedIn)])),
          });
        },
      },
      signIn: {},
      skills: this.skills,
      skillsSetting: {
        edit: (edit: ListEdit) => {
          this.namedSkills = applied(this.namedSkills, edit(this.namedSkills));
          this.skills.setConfigured(parseNamedSkills(this.namedSkills));
          return Promise.resolve();
        },
      },
      recentSkills: {
        get: () => this.recentSkills,
        add: (id: string) => {
          this.recentSkills = [id, ...this.recentSkills];
          return Promise.resolve();
        },
      },
      log: { error: (text: string) => this.results.push(text), warn: (text: string) => this.results.push(text) },
      journal,
      viewOptions: this.viewOptions,
      rows: {
        get selected() {
          return selected();
        },
        isShown: (id: string) => this.shownIds.has(id),
        passesFilter: (id: string) => !this.hiddenIds.has(id),
        hiddenIn: () => 0,
      },
      reveal: (id: string, options: object = {}) => {
        this.revealed.push({ id, ...options });
        return Promise.resolve();
      },
      showProgress: () => undefined,
    } as unknown as Dependencies;
    const telemetry = { record: (_name: string, { result }: { result: unknown }) => this.results.push(result) };
    this.runner = new CommandRunner(
      dependencies,
      telemetry as unknown as ConstructorParameters<typeof CommandRunner>[1],
      Uri.file('/extension') as unknown as vscode.Uri,
    );
    for (const name of COMMAND_NAMES) {
      registered.set(PREFIX + name, (...args) => this.runner.execute(name, args));
    }
  }

  static async open(entries: ConfiguredEntry[]): Promise<CommandWindow> {
    const folder = await mkdtemp(path.join(tmpdir(), 'commands-'));
    const journal = new ChangeJournal(folder, new SharedLock());
    return new CommandWindow(folder, journal, entries);
  }

  run(name: CommandName, argument?: { readonly serviceProviderId?: string | string[]; readonly skillId?: string }) {
    return this.runner.execute(name, argument === undefined ? [] : [argument]);
  }

  /** Presses a key of the manifest, which passes the selected rows. */
  press(name: CommandName) {
    return this.runner.execute(name, ['selection']);
  }

  signOut(): void {
    this.accounts.clear();
    this.store.setSessions(signedOut);
  }

  /** Changes the setting of the API endpoint. */
  changeEndpoint(url: string): void {
    this.otherEndpoint = url;
    this.store.followEndpoints();
  }

  /** All changes in the journal, the newest first. */
  async recorded(): Promise<ChangeRecord[]> {
    const changes = [];
    for await (const change of this.journal.newestFirst()) changes.push(change);
    return changes;
  }

  /** Undoes an operation, as the button in the history does. */
  undo(operationId: string) {
    return this.runner.execute('undoLastChange', [new InternalCall({ operationId, source: { type: 'internal' } })]);
  }

  /** The changes that were sent, such as `update hotel`. */
  get sent(): string[] {
    return this.service.sent.map(({ change }) => `${change.operation} ${change.serviceProviderId}`);
  }

  async close(): Promise<void> {
    this.runner.dispose();
    this.journal.dispose();
    registered.clear();
    await rm(this.folder, { recursive: true, force: true });
    user.forget();
  }
}

function aMemento(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, otherwise?: T) => (values.has(key) ? (values.get(key) as T) : otherwise),
    update: (key, value) => {
      values.set(key, value);
      return Promise.resolve();
    },
  };
}
