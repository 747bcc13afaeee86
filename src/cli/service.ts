import { NetworkMappingClient } from '../core/api/networkMappingClient';
import { OnboardingClient } from '../core/api/onboardingClient';
import { ServiceClient } from '../core/api/serviceClient';
import type { ApiFailure } from '../core/failures/apiFailure';
import type { ChangeLog } from '../core/mappings/changeLog';
import { MappingStore } from '../core/mappings/mappingStore';
import { DEFAULT_ACCOUNT } from '../core/model/accounts';
import { currentMappings, type CurrentMapping } from '../core/operations/currentMappings';
import type { Plan } from '../core/operations/plan';
import { errorText } from '../core/text/errorText';
import type { Connection } from './environment';
import { EnvironmentTokens, SESSION } from './environmentTokens';
import type { Terminal } from './terminal';

/** A service provider of a mapping file or of a plan. */
interface Listed {
  readonly serviceProviderId: string;
  readonly name?: string;
}

/** The service refuses the access token, so the remaining mappings were not read. */
export class TokenRefused extends Error {
  /** @param unreadable the service providers whose reads were refused */
  constructor(readonly unreadable: Plan['unreadable']) {
    super('the service refuses the access token');
  }
}

/** The mappings of some service providers, read and changed with one account. */
export class Service {
  readonly store: MappingStore;
  readonly ids: readonly string[];
  private readonly tokens: EnvironmentTokens;

  constructor(
    listed: readonly Listed[],
    connection: Connection,
    account: string | undefined,
    log: ChangeLog,
    private readonly terminal: Terminal,
  ) {
    const { apiEndpoint } = connection;
    const sender = account ?? DEFAULT_ACCOUNT;
    this.tokens = new EnvironmentTokens(connection, sender, terminal.stopSignal);
    const client = new ServiceClient({
      endpoint: () => ({ ok: true, url: apiEndpoint }),
      accountOf: () => sender,
      tokens: this.tokens,
    });
    const onboarding = new OnboardingClient(client);
    this.store = new MappingStore(new NetworkMappingClient(client), log, {
      readProvider: (...args) => onboarding.read(...args),
      endpoint: () => apiEndpoint,
      // The run ends before a late effect could be seen.
      checksMs: [],
    });
    this.store.events.on('journalWriteFailed', (error) => {
      terminal.error(`The outcome of a change could not be recorded: ${errorText(error)}\n`);
    });
    this.ids = listed.map(({ serviceProviderId }) => serviceProviderId);
    this.store.setEntries(
      listed.map(({ serviceProviderId: id, name }) => ({ type: 'provider', id, ...(name !== undefined && { name }) })),
    );
    this.store.setSessions(new Map([[sender, SESSION]]));
  }

  /**
   * Reads all mappings, several at a time, until Ctrl+C.
   *
   * @throws TokenRefused
   */
  async read(
    ids: readonly string[] = this.ids,
  ): Promise<{ readonly failures: readonly ApiFailure[] } | { readonly canceledAfter: number }> {
    const { stopSignal } = this.terminal;
    const failures: ApiFailure[] = [];
    let read = 0;
    await this.store.refresh(ids, { abortSignal: stopSignal }, (_id, failure) => {
      if (failure) failures.push(failure);
      else read++;
      this.terminal.progress(`Read ${read + failures.length} of ${ids.length} mappings`);
    });
    this.terminal.progress('');
    if (this.tokens.isRefused) {
      const refused = failures.filter(({ kind, attempts }) => kind === 'unauthorized' && attempts.length > 0);
      throw new TokenRefused(
        refused.map((failure) => {
          const id = failure.serviceProviderId;
          return { serviceProviderId: id, name: this.store.provider(id)?.name ?? id, failure };
        }),
      );
    }
    return stopSignal.aborted ? { canceledAfter: read } : { failures };
  }

  /** Reads all mappings; undefined after Ctrl+C. */
  async current(): Promise<readonly CurrentMapping[] | undefined> {
    const beganAtMs = Date.now();
    const result = await this.read();
    if ('canceledAfter' in result) return undefined;
    return currentMappings(this.ids, result.failures, beganAtMs, this.store, new Map());
  }
}
