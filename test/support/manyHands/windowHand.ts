import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
// What is loaded on first use; loaded here because virtual time does not wait for it.
import '../../../src/core/mappings/bulkChanges';
import '../../../src/core/mappings/changeExecutor';
import { NetworkMappingClient } from '../../../src/core/api/networkMappingClient';
import { ServiceClient } from '../../../src/core/api/serviceClient';
import type { TokenProvider } from '../../../src/core/api/tokenProvider';
import type { ApiFailure } from '../../../src/core/failures/apiFailure';
import { ChangeJournal } from '../../../src/core/history/changeJournal';
import { changesToUndo } from '../../../src/core/history/undo';
import { InterruptedChangeRecovery } from '../../../src/core/mappings/interruptedChangeRecovery';
import { recoverInterrupted } from '../../../src/core/mappings/interruptedChanges';
import { MappingStore } from '../../../src/core/mappings/mappingStore';
import { runOperation, type OperationPorts, type OperationResult } from '../../../src/core/operations/operation';
import type { Plan } from '../../../src/core/operations/plan';
import { planChanges, type ChangeRequest } from '../../../src/core/operations/planChanges';
import { planUndo } from '../../../src/core/operations/planUndo';
import type { CurrentMapping } from '../../../src/core/operations/currentMappings';
import { granted } from '../accessTokens';
import { aProvider, signedInTo } from '../builders';
import { never } from '../expectImmediate';
import { unexpected } from '../unexpected';
import type { Hand } from './hand';
import type { SharedService } from './sharedService';

const JOURNAL = '/window/journal';

type Lock = ConstructorParameters<typeof ChangeJournal>[1];

/** What the user of a window does with its questions and its progress. */
export interface User {
  /** How long a question is open, in milliseconds. */
  readonly thinksMs: () => number;
  /** Returns the changes to make; undefined to decline. */
  readonly chooses: (ids: readonly string[]) => readonly string[] | undefined;
  /** Returns when the changes are canceled, in milliseconds; undefined for never. */
  readonly cancelsAfterMs: () => number | undefined;
}

/** One window without its interface: store, operations, journal, undo and recovery, from its start to the end of its process. */
export class WindowHand {
  readonly journal: ChangeJournal;
  readonly store: MappingStore;
  /** The results of its operations that were told to the user. */
  readonly told: OperationResult[] = [];
  private readonly recovery: InterruptedChangeRecovery;

  constructor(
    readonly hand: Hand,
    private readonly service: SharedService,
    ids: readonly string[],
    lock: Lock,
  ) {
    const journal = journalOf(hand, lock);
    this.journal = journal;
    const client = new ServiceClient({
      endpoint: () => ({ ok: true, url: service.url }),
      accountOf: () => 'default',
      tokens: new RenewedTokens(hand, service),
    });
    const whileAlive = async <T>(task: () => Promise<T>): Promise<T> => {
      const isOver = () => !hand.isAlive;
      if (isOver()) return never();
      const value = await task();
      return isOver() ? never() : value;
    };
    this.store = new MappingStore(
      new NetworkMappingClient(client),
      {
        begin: (change) =>
          whileAlive(async () => {
            const id = await journal.begin(change);
            hand.reach('recorded');
            return id;
          }),
        complete: (id, closing) =>
          whileAlive(async () => {
            hand.reach('completed');
            if (hand.isAlive) await journal.complete(id, closing);
          }),
      },
      { endpoint: () => service.url },
    );
    journal.events.on('changedInOtherWindow', (changed) => {
      if (hand.isAlive) this.store.markChangedInOtherWindow(changed);
    });
    this.store.events.on('journalWriteFailed', (error) => unexpected(`a journal that failed: ${String(error)}`));
    this.store.setEntries(ids.map((id) => aProvider(id)));
    this.store.setSessions(signedInTo());
    this.recovery = new InterruptedChangeRecovery({
      isSignedIn: () => true,
      unsettled: () => journal.unsettled(),
      recover: async (isDue) => {
        await recoverInterrupted(journal, {
          mapping: (change) =>
            whileAlive(async () => (isDue(change) ? this.store.readAs(change.serviceProviderId, change) : undefined)),
          provider: () => unexpected('the recovery of a service provider'),
        });
      },
      onError: (error) => unexpected(`a recovery that failed: ${String(error)}`),
    });
    hand.onEnd(() => {
      journal.dispose();
      this.recovery.dispose();
    });
    void journal.watch();
    void this.recovery.start();
  }

  async refresh(ids: readonly string[]): Promise<void> {
    await this.whileAlive(this.store.refresh(ids));
  }

  async change(request: ChangeRequest, ids: readonly string[], user: User): Promise<void> {
    await this.operate(ids, (current) => planChanges(request, current), user);
  }

  async undo(user: User): Promise<void> {
    const records = await this.whileAlive(changesToUndo(this.journal.newestFirst(), () => this.service.url));
    const ids = [...new Set(records.map(({ serviceProviderId }) => serviceProviderId))];
    if (ids.length > 0) await this.operate(ids, (current) => planUndo(records, current), user);
  }

  private async operate(
    ids: readonly string[],
    plan: (current: readonly CurrentMapping[]) => Plan,
    user: User,
  ): Promise<void> {
    const ports: OperationPorts = {
      store: this.store,
      newOperationId: randomUUID,
      now: Date.now,
      read: async (read) => {
        const failures: ApiFailure[] = [];
        await this.store.refresh(read, { urgent: true, interactive: true }, (_id, failure) => {
          if (failure) failures.push(failure);
        });
        return { failures };
      },
      confirm: async ({ changes }) => {
        await delay(user.thinksMs());
        return user.chooses(changes.map(({ change }) => change.serviceProviderId));
      },
      withProgress: async (_plan, send) => {
        const stop = new AbortController();
        const afterMs = user.cancelsAfterMs();
        const timer =
          afterMs === undefined
            ? undefined
            : setTimeout(() => {
                stop.abort();
              }, afterMs);
        await send(
          stop.signal,
          () => undefined,
          () => undefined,
        );
        clearTimeout(timer);
        return { stopped: stop.signal.aborted };
      },
    };
    const operation = { ids, plan, asks: () => true, senders: new Map() };
    this.told.push(await this.whileAlive(runOperation(operation, ports)));
  }

  /** Resolves also when the process ends: what it waits for never comes then. */
  private async whileAlive<T>(task: Promise<T>): Promise<T> {
    const ended = new Promise<never>((_resolve, reject) => {
      this.hand.onEnd(() => {
        reject(new ProcessEnded());
      });
    });
    return Promise.race([task, ended]);
  }
}

/** The process of a window ended during what it did. */
export class ProcessEnded extends Error {}

/** Returns a journal of a process with its own ID. */
function journalOf({ pid }: Hand, lock: Lock): ChangeJournal {
  const real = Object.getOwnPropertyDescriptor(process, 'pid') ?? unexpected('a process without an ID');
  Object.defineProperty(process, 'pid', { ...real, value: pid });
  try {
    return new ChangeJournal(JOURNAL, lock);
  } finally {
    Object.defineProperty(process, 'pid', real);
  }
}

/** Access tokens, of which a refused one is replaced. */
class RenewedTokens implements TokenProvider {
  private token: string;

  constructor(
    private readonly hand: Hand,
    private readonly service: SharedService,
  ) {
    this.token = service.tokenFor(hand);
  }

  getToken() {
    return Promise.resolve(granted(this.token));
  }

  markAccepted(): void {
    // Another token is always available.
  }

  async refresh(_serviceProviderId: string, refused: string) {
    await delay(150);
    if (this.token === refused) this.token = this.service.tokenFor(this.hand);
    return granted(this.token);
  }
}
