import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeRecord, MappingChangeRecord } from '../../../src/core/history/changeRecord';
import type { JournalRecord } from '../../../src/core/history/journalRecord';
import { isSameMapping, type NetworkMapping } from '../../../src/core/model/networkMapping';
import { seededRandom } from '../../simulator/random';
import type { SwitchesInput } from '../../simulator/switches';
import { mappedTo, notMapped } from '../builders';
import { never } from '../expectImmediate';
import { takeUnexpected, unexpected } from '../unexpected';
import { CommandLineHand } from './commandLineHand';
import { Hand, MOMENTS, type Crash } from './hand';
import { MemoryFiles } from './memoryFiles';
import { replaceWith } from './replaced';
import { SharedService, type SentRequest } from './sharedService';
import { VirtualClock } from './virtualClock';
import { ProcessEnded, WindowHand, type User } from './windowHand';

const IDS = [1, 2, 3].map((number) => `amzn1.comms.csp.id.00000000-0000-4000-8000-00000000000${number}`);
const skillOf = (number: number) => `amzn1.ask.skill.00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Longer than any late effect and any check for an interrupted change. Milliseconds. */
const REST_MS = 15 * 60_000;

/** A mapping read longer ago is read again before a change; with the longest time that a response takes. Milliseconds. */
const FRESH_MS = 10_000 + 3_200;

/** Until then, a window has read what others have recorded. Milliseconds. */
const NOTIFIED_MS = 150;

/** A recorded change, with the requests that it sent. */
interface Entry {
  readonly change: ChangeRecord;
  readonly isOfCommandLine: boolean;
  readonly requests: SentRequest[];
  readonly startedAtMs: number;
  /** When its newest outcome was recorded; undefined while it is open. */
  completedAtMs?: number;
}

/** What is counted over all seeds, to see that everything happens. */
export type Tally = Record<string, number>;

/**
 * Lets two windows, runs of the command line and a stranger change the mappings of the same service providers, all in an order
 * that the seed decides.
 *
 * @throws with what is wrong with it
 */
export async function simulate(seed: number, tally: Tally = {}): Promise<void> {
  await new Simulation(seed, tally).run();
}

class Simulation {
  private readonly clock = new VirtualClock();
  private readonly random: () => number;
  private readonly service: SharedService;
  private readonly files: MemoryFiles;
  private readonly windows: (WindowHand | undefined)[] = [undefined, undefined];
  private readonly commandLines: CommandLineHand[] = [];
  private readonly entries = new Map<string, Entry>();
  private readonly alive = new Map<number, Hand>();
  private readonly problems: string[] = [];
  private pids = 1_000_000;
  private skills = 0;
  private recoveryEnd: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly seed: number,
    private readonly tally: Tally,
  ) {
    const random = seededRandom(seed);
    this.random = random;
    this.service = new SharedService({
      ids: IDS,
      switches: this.switches(),
      faults: this.pick([0, 0.05, 0.15, 0.3]),
      nowMs: () => this.clock.nowMs,
      random,
      onSent: (request) => {
        this.onSent(request);
      },
    });
    this.files = new MemoryFiles({
      clock: this.clock,
      beforeAccess: (file) => (this.isOfEndedRun(file) ? never() : undefined),
      onAppended: (file, text) => {
        this.onRecorded(file, text);
      },
    });
  }

  async run(): Promise<void> {
    const endFiles = this.files.install();
    const kill = process.kill.bind(process);
    process.kill = (pid) => {
      if (this.alive.has(pid)) return true;
      throw Object.assign(new Error('no such process'), { code: 'ESRCH' });
    };
    const endRequests = replaceWith({ send: (...args) => this.service.send(...args) });
    try {
      await this.clock.run(() => this.live(), this.random);
    } finally {
      process.kill = kill;
      endRequests();
      endFiles();
    }
    this.problems.push(...takeUnexpected());
    if (this.problems.length > 0) throw new Error(this.problems.join('\n'));
  }

  private async live(): Promise<void> {
    for (const id of IDS) if (this.chance(0.6)) this.service.change(id, mappedTo(this.skill()));
    await Promise.all([this.useWindow(0), this.useWindow(1), this.useCommandLine(), this.beStranger()]);
    this.service.isFaulty = false;
    await delay(REST_MS);
    for (const window of this.windows) {
      if (!window) continue;
      await window.refresh(IDS);
      for (const id of IDS) this.checkRow(window, id);
    }
    await this.checkEntries();
    this.checkEffects();
    for (const each of this.commandLines) this.checkCommandLine(each);
    for (const window of this.windows) window?.hand.end();
  }

  /** A user of a window, which is opened again after it has crashed. */
  private async useWindow(index: number): Promise<void> {
    let crashes = this.pick([0, 0, 1, 2]);
    const open = () => {
      const crash = crashes-- > 0 ? this.crash(6) : undefined;
      const hand = this.newHand(`window ${index}`, crash);
      const window = new WindowHand(hand, this.service, IDS, this.lockOf(hand));
      this.windows[index] = window;
      return window;
    };
    let window = open();
    for (let acts = this.pick([1, 2, 3]); acts > 0; acts--) {
      await delay(this.random() * this.pick([500, 3_000, 20_000]));
      try {
        await this.act(window);
      } catch (error) {
        if (!(error instanceof ProcessEnded)) throw error;
      }
      if (window.hand.isAlive) continue;
      this.count('crashed windows');
      await delay(this.random() * 20_000);
      window = open();
    }
    window.hand.spare();
  }

  private async act(window: WindowHand): Promise<void> {
    const user = this.user();
    const ids = IDS.filter(() => this.chance(0.6));
    switch (this.pick(['refresh', 'map', 'remap', 'remap', 'delete', 'undo'])) {
      case 'refresh':
        return window.refresh(IDS);
      case 'map':
        return window.change({ kind: 'map', skillId: this.skill() }, ids, user);
      case 'remap':
        return window.change({ kind: 'remap', skillId: this.skill() }, ids, user);
      case 'delete':
        return window.change({ kind: 'delete' }, ids, user);
      case 'undo':
        return window.undo(user);
    }
  }

  private user(): User {
    return {
      thinksMs: () => this.random() * this.pick([100, 2_000, 30_000]),
      chooses: (ids) => (this.chance(0.1) ? undefined : ids.filter(() => this.chance(0.85))),
      cancelsAfterMs: () => (this.chance(0.15) ? this.random() * 3_000 : undefined),
    };
  }

  private async useCommandLine(): Promise<void> {
    for (let runs = this.pick([1, 1, 2]); runs > 0; runs--) {
      await delay(this.random() * 20_000);
      const file = `/command-line/${runs}.network-mappings.json`;
      const chosen = IDS.filter(() => this.chance(0.7));
      const absent = chosen.filter(() => this.chance(0.25));
      const mappings = chosen
        .filter((id) => !absent.includes(id))
        .map((serviceProviderId) => ({ serviceProviderId, skillId: this.skill() }));
      await this.files.write(file, JSON.stringify({ mappings, absent }));
      const kind = this.pick(['check', 'apply', 'apply', 'apply', 'reviewed']);
      if (kind === 'check') await this.command(['check', file]);
      else if (kind === 'apply') await this.command(['apply', file, '--yes']);
      else {
        const plan = `/command-line/${runs}.plan.json`;
        const { result } = await this.command(['plan', file, '--out', plan], false);
        await delay(this.random() * 20_000);
        if (result?.code === 0) await this.command(['apply', '--plan', plan, '--yes']);
      }
    }
  }

  private async command(args: readonly string[], mayCrash = true): Promise<CommandLineHand> {
    const crash = mayCrash && this.chance(0.15) ? this.crash(4) : undefined;
    const run = new CommandLineHand(this.newHand(`command line ${args[0] ?? ''}`, crash), this.service, args);
    this.commandLines.push(run);
    await run.run(this.chance(0.15) ? this.random() * 2_000 : undefined);
    if (!run.result) this.count('crashed command lines');
    return run;
  }

  private async beStranger(): Promise<void> {
    for (let acts = this.pick([0, 1, 2, 4]); acts > 0; acts--) {
      await delay(this.random() * 20_000);
      this.service.change(this.pick(IDS), this.chance(0.3) ? notMapped : mappedTo(this.skill()));
    }
  }

  /** A crash at one of the first occurrences of a moment. */
  private crash(occurrences: number): Crash {
    return { moment: this.pick(MOMENTS), occurrence: 1 + Math.floor(this.random() * occurrences) };
  }

  private newHand(name: string, crash: Crash | undefined): Hand {
    const hand = new Hand(name, ++this.pids, crash);
    this.alive.set(hand.pid, hand);
    hand.onEnd(() => this.alive.delete(hand.pid));
    return hand;
  }

  /** The lock of all windows, as the given one takes it: a process that ends loses it. */
  private lockOf(hand: Hand): ConstructorParameters<typeof WindowHand>[3] {
    return {
      withLock: async (_name, task) => {
        const turn = this.recoveryEnd.then(task);
        const lost = new Promise<void>((resolve) => {
          hand.onEnd(resolve);
        });
        this.recoveryEnd = Promise.race([turn.catch(() => undefined), lost]);
        return turn;
      },
    };
  }

  /** Mostly a new skill, so that a mapping shows which change made it. */
  private skill(): string {
    const isNew = this.skills === 0 || this.chance(0.8);
    return skillOf(isNew ? ++this.skills : 1 + Math.floor(this.random() * this.skills));
  }

  private switches(): SwitchesInput {
    const perSecond = this.pick([2, 10]);
    return {
      createWhenMapped: this.pick([400, 403, 409, 'overwrite'] as const),
      updateWhenNotMapped: this.pick([404, 'create'] as const),
      deleteWhenNotMapped: this.pick([404, 200] as const),
      skillIdForm: this.pick(['asStored', 'otherForm'] as const),
      readProvider: this.pick(['served', 403, 405] as const),
      errorBody: this.pick(['error', 'message', 'codeMessage'] as const),
      ...(this.chance(0.3) && {
        rateLimit: {
          perSecond,
          burst: this.pick([1, 5]),
          retryAfter: this.pick(['none', 'seconds', 'garbage'] as const),
        },
      }),
    };
  }

  private isOfEndedRun(file: string): boolean {
    return this.commandLines.some(({ journal, hand }) => journal === file && !hand.isAlive);
  }

  private onRecorded(file: string, text: string): void {
    const run = this.commandLines.find(({ journal }) => journal === file);
    for (const record of recordsOf(text)) {
      if (record.type === 'started') {
        this.entries.set(record.change.id, {
          change: record.change,
          isOfCommandLine: run !== undefined,
          requests: [],
          startedAtMs: this.clock.nowMs,
        });
        this.owners.set(`${run?.hand.pid ?? record.writer.pid} ${record.change.serviceProviderId}`, record.change.id);
        run?.hand.reach('recorded');
      }
      if (record.type === 'completed') {
        const entry = this.entries.get(record.closing.id);
        if (!entry) this.problem(`the outcome of an unknown change was recorded`);
        else entry.completedAtMs = this.clock.nowMs;
        const { serviceProviderId: id, writer, closing } = record;
        if (!run && closing.result !== 'notSent')
          this.told.set(id, [...(this.told.get(id) ?? []), { by: writer.pid, atMs: this.clock.nowMs }]);
        if (entry && run) Object.assign(entry.change, { completed: record.closing });
      }
    }
  }

  /** When windows have recorded outcomes, by service provider. */
  private readonly told = new Map<string, { readonly by: number; readonly atMs: number }[]>();
  /** The newest change of each process and service provider. */
  private readonly owners = new Map<string, string>();

  private onSent(request: SentRequest): void {
    const { target, serviceProviderId: id, hand } = request;
    if (!target) return;
    const entry = this.entries.get(this.owners.get(`${hand.pid} ${id}`) ?? '');
    if (!entry) {
      this.problem(`${hand.name} sent a ${request.operation} that is not recorded`);
      return;
    }
    const change = entry.change as MappingChangeRecord;
    if (entry.completedAtMs !== undefined)
      this.problem(`${hand.name} sent a change again after its outcome was recorded`);
    if (!isSameMapping(change.target, target)) this.problem(`${hand.name} sent another change than the recorded one`);
    if (entry.requests.some(({ isRejected }) => !isRejected)) this.problem(`${hand.name} sent a change twice`);
    entry.requests.push(request);
    const known = this.service.known(hand, id);
    if (known) this.basis.set(request, known);
    if (change.before && (!known || !isSameMapping(known.mapping, change.before)))
      this.problem(`${hand.name} sent a change although it knew that the mapping is another one`);
    this.checkAge(request, entry, known?.atMs ?? 0);
  }

  /** What a change is based on was read just now, and after all that the windows have told each other. */
  private checkAge(
    { hand, serviceProviderId: id }: SentRequest,
    { startedAtMs, isOfCommandLine }: Entry,
    atMs: number,
  ) {
    const { nowMs } = this.clock;
    // It is read again once if it waits for the rate limit for longer.
    if (nowMs - atMs > FRESH_MS && atMs < startedAtMs)
      this.problem(`${hand.name} sent a change ${Math.round(nowMs - atMs)} ms after it had read the mapping`);
    const told = this.told.get(id)?.filter(({ by }) => by !== hand.pid) ?? [];
    if (!isOfCommandLine && told.some((each) => each.atMs > atMs && each.atMs < nowMs - NOTIFIED_MS))
      this.problem(`${hand.name} sent a change although another window had recorded one`);
  }

  /** Each effect replaced what its sender had confirmed, unless another one came between its last read and the effect. */
  private checkEffects(): void {
    for (const id of IDS) {
      const effects = this.service.effectsOn(id);
      for (const { by, from, order } of effects) {
        this.count('effects');
        if (!by) continue;
        const entry = [...this.entries.values()].find(({ requests }) => requests.includes(by));
        const { before } = (entry?.change ?? {}) as Partial<MappingChangeRecord>;
        if (!before || isSameMapping(from, before)) continue;
        const basis = this.basis.get(by)?.order ?? Infinity;
        const isRace = effects.some((other) => other.by !== by && other.order > basis && other.order < order);
        if (isRace) this.count('races that the service cannot prevent');
        else this.problem(`${by.hand.name} replaced a mapping that it had not confirmed, on ${short(id)}`);
      }
    }
  }

  /** What each change was based on. */
  private readonly basis = new Map<SentRequest, { readonly order: number }>();

  private async checkEntries(): Promise<void> {
    const [window] = this.windows.filter((each) => each !== undefined);
    for await (const change of window?.journal.newestFirst() ?? []) {
      const entry = this.entries.get(change.id);
      if (!entry) this.problem('a change that is in the journal only');
      else this.entries.set(change.id, { ...entry, change });
    }
    for (const entry of this.entries.values()) this.checkEntry(entry);
  }

  private checkEntry({
    change,
    requests,
    isOfCommandLine,
    startedAtMs,
    completedAtMs = this.clock.nowMs,
  }: Entry): void {
    const { serviceProviderId: id, completed, target, before } = change as MappingChangeRecord;
    const effects = this.service.effectsOn(id).filter(({ by }) => by && requests.includes(by));
    const what = `the ${change.operation} of ${short(id)} by ${requests[0]?.hand.name ?? 'one that sent nothing'}`;
    if (effects.length > 1) this.problem(`${what} took effect ${effects.length} times`);
    const result = completed?.result ?? 'open';
    this.count(`${result}${completed?.recovered ? ' after a crash' : ''}`);
    const [effect] = effects;
    switch (result) {
      case 'open':
        if (!isOfCommandLine) this.problem(`${what} was not completed`);
        break;
      case 'succeeded':
        if (effect) break;
        // Another change requested the same, which nothing distinguishes.
        if (this.service.had(id, target, startedAtMs, completedAtMs)) this.count('succeeded by the change of another');
        else this.problem(`${what} succeeded without an effect`);
        break;
      case 'failed': {
        // What was changed back before it was read again looks as if nothing had happened.
        const isReverted =
          effect &&
          this.service
            .effectsOn(id)
            .some(({ order, to }) => order > effect.order && (!before || isSameMapping(to, before)));
        if (isReverted) this.count('failed, because it was changed back at once');
        else if (effect) this.problem(`${what} failed and took effect`);
        break;
      }
      case 'notSent':
        if (effect || requests.some(({ isRejected }) => !isRejected)) this.problem(`${what} was sent`);
        break;
      case 'unconfirmed':
        break;
    }
    const { actual } = completed ?? {};
    if (actual && !this.service.had(id, actual, startedAtMs, completedAtMs))
      this.problem(`${what} was recorded with a mapping that it never had`);
  }

  private checkRow({ store, hand }: WindowHand, id: string): void {
    const row = store.row(id);
    const truth = this.service.mapping(id);
    const shown: NetworkMapping | undefined = row.type === 'mapped' || row.type === 'notMapped' ? row : undefined;
    if (!shown || !isSameMapping(shown, truth))
      this.problem(`${hand.name} shows ${JSON.stringify(row)} for ${short(id)}, which is ${JSON.stringify(truth)}`);
  }

  /** What was applied and what is reported as left alone add up to the plan, and each line is true. */
  private checkCommandLine({ result, hand, args }: CommandLineHand): void {
    if (!result) return;
    const { code, out } = result;
    this.count(`${args[0] ?? ''} ended with ${code}`);
    const what = `${hand.name} ${hand.pid}`;
    const own = [...this.entries.values()].filter(({ requests }) => requests.some((each) => each.hand === hand));
    const effects = IDS.flatMap((id) => this.service.effectsOn(id)).filter(({ by }) => by?.hand === hand);
    if (args[0] !== 'apply' || code === 1) {
      if (effects.length > 0) this.problem(`${what} ended with ${code} and changed something`);
      return;
    }
    const results = out
      .split('\n')
      .filter((line) => /^(done|! (left alone|failed|unconfirmed|not started)): \w+ /.test(line));
    const [, applied, of] = /^Applied (\d+) of (\d+) changes\.$/m.exec(out) ?? [];
    const tells = (line: string, id: string) => line.includes(id);
    const done = results.filter((line) => line.startsWith('done: '));
    if (applied !== undefined && (Number(applied) !== done.length || Number(of) < done.length))
      this.problem(`${what} miscounts: ${out}`);
    for (const { change } of own) {
      const line = results.find((each) => tells(each, change.serviceProviderId));
      const kind = line === undefined ? 'nothing' : /^(?:! )?([\w ]+):/.exec(line)?.[1];
      const recorded = change.completed?.result;
      const isTrue =
        kind === 'done'
          ? recorded === 'succeeded'
          : kind === 'unconfirmed'
            ? recorded === 'unconfirmed'
            : recorded === 'failed' || recorded === 'notSent';
      if (!isTrue) this.problem(`${what} tells ${kind ?? 'nothing'} of a change that ${recorded ?? 'is open'}`);
    }
  }

  private problem(text: string): void {
    this.problems.push(`seed ${this.seed}, ${Math.round(this.clock.nowMs)} ms: ${text}`);
  }

  private count(what: string): void {
    this.tally[what] = (this.tally[what] ?? 0) + 1;
  }

  private chance(probability: number): boolean {
    return this.random() < probability;
  }

  private pick<T>(from: readonly T[]): T {
    const index = Math.floor(this.random() * from.length);
    return from[index] ?? unexpected('a choice of nothing');
  }
}

const short = (id: string) => path.extname(`.${id}`).slice(-3);

/** The records in what was appended to a journal. */
function recordsOf(text: string): JournalRecord[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => JSON.parse(line) as JournalRecord[]);
}
