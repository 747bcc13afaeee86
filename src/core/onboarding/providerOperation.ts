import { isDeepStrictEqual } from 'node:util';
import type { ProviderReading } from '../api/onboardingClient';
import type { RequestContext } from '../api/serviceClient';
import type { ApiFailure } from '../failures/apiFailure';
import type { ChangeRecord, NewProviderChange } from '../history/changeRecord';
import type { ChangeCompletion } from '../mappings/changeLog';
import { senderDifference, type ChangeSender, type NetworkMapping } from '../model/networkMapping';
import type { ProviderChange } from '../model/providerChange';
import { completionOfProviderChange, sendProviderChange, type ProviderClient } from './sendProviderChange';
import type { ProviderOutcome } from './sendProviderChange';

/** What was read right before the question. */
export interface CurrentProvider {
  /** How the service describes it; missing if it does not tell, and for one that is to be created. */
  readonly description?: Pick<ProviderReading & { readonly type: 'exists' }, 'logicalId' | 'displayName'>;
  /** For a deletion: the mapping that ends with it. */
  readonly mapping?: NetworkMapping;
}

/** What the user is asked, and what is then sent. */
export interface ProviderPlan {
  readonly change: ProviderChange;
  /** Who sends it, and where to. */
  readonly sender: ChangeSender;
  /** What the list calls the service provider: its name, or what identifies it. */
  readonly name: string;
  readonly current: CurrentProvider;
  /** The earlier change that this one undoes, by its journal ID. */
  readonly revertsChangeId?: string;
  /** For a create: an earlier one with the same logical ID that succeeded, or may have. */
  readonly earlier?: ChangeRecord;
}

/** Why the user is asked again: what was confirmed no longer holds. Nothing was sent. */
export type ProviderInterference = 'changedMeanwhile' | 'endpointChanged' | 'sessionChanged';

/** What an operation needs from its caller. */
export interface ProviderPorts {
  readonly client: ProviderClient;
  readonly log: {
    /** @throws if it could not be recorded; then nothing may be sent */
    begin(change: NewProviderChange): Promise<string>;
    complete(id: string, completion: ChangeCompletion): Promise<void>;
  };
  /** Returns who would send the change now; undefined if the service provider has left the list. */
  readonly sender: () => Promise<ChangeSender | undefined>;
  /** Reads what the question shows, for a user who waits. */
  readonly read: (sender: ChangeSender) => Promise<CurrentProvider | { readonly failure: ApiFailure } | 'canceled'>;
  /** @returns whether the user confirms */
  readonly confirm: (plan: ProviderPlan, because: ProviderInterference | undefined) => Promise<boolean>;
  /** Runs what is sent after other requests of the service provider, with progress that can be stopped. */
  readonly withProgress: <T>(plan: ProviderPlan, send: (context: RequestContext) => Promise<T>) => Promise<T>;
  /** Whether what the question showed still holds, right before the change is sent. */
  readonly stillHolds: (plan: ProviderPlan) => boolean;
  /** Called when an outcome could not be recorded. */
  readonly onWriteFailed: (error: unknown) => void;
  readonly newOperationId: () => string;
  /** Unix time in milliseconds. */
  readonly now: () => number;
  readonly settleMs?: number;
}

export type ProviderResult =
  /** Declined by the user, no longer in the list, or already as requested. */
  | { readonly type: 'declined' | 'notListed' | 'unchanged' }
  /** Nothing was sent. */
  | { readonly type: 'unread'; readonly failure: ApiFailure }
  | {
      readonly type: 'sent';
      readonly plan: ProviderPlan;
      readonly operationId: string;
      readonly outcome: ProviderOutcome;
    };

/** If a question was open for longer than this, what it showed is read again. Milliseconds. */
const QUESTION_FRESH_MS = 3_000;

/**
 * Reads, asks for confirmation, checks that what was confirmed still holds, records the change, sends it once, and
 * verifies it. If anything has changed while the question was open, nothing is sent, and the user is asked again.
 *
 * @param shown who would have sent the change when the user first saw it
 * @throws what the journal throws if the change could not be recorded; nothing was sent then
 */
export async function runProviderChange(
  planned: Omit<ProviderPlan, 'sender' | 'current'>,
  shown: ChangeSender,
  ports: ProviderPorts,
): Promise<ProviderResult> {
  let because: ProviderInterference | undefined;
  let confirmed = shown;
  for (;;) {
    const sender = await ports.sender();
    if (!sender) return { type: 'notListed' };
    because ??= senderDifference(confirmed, sender);
    const current = await ports.read(sender);
    if (current === 'canceled') return { type: 'declined' };
    if ('failure' in current) return { type: 'unread', failure: current.failure };
    if (isDone(planned.change, current)) return { type: 'unchanged' };
    const plan: ProviderPlan = { ...planned, sender, current };
    const askedAtMs = ports.now();
    if (!(await ports.confirm(plan, because))) return { type: 'declined' };
    confirmed = sender;
    const isOld = ports.now() - askedAtMs > QUESTION_FRESH_MS;
    const again = isOld ? await ports.read(sender) : current;
    if (again === 'canceled') return { type: 'declined' };
    const now = await ports.sender();
    if (!now) return { type: 'notListed' };
    // What cannot be read any more is told by the next round.
    because = senderDifference(sender, now) ?? (isDeepStrictEqual(again, current) ? undefined : 'changedMeanwhile');
    if (because) continue;
    const operationId = ports.newOperationId();
    const outcome = await perform(plan, operationId, ports);
    if (!outcome) {
      because = 'changedMeanwhile';
      continue;
    }
    // Noticed right before it would have been sent.
    if (outcome.type === 'failed' && outcome.failure.kind === 'contextChanged') {
      const next = await ports.sender();
      because = (next && senderDifference(sender, next)) ?? 'sessionChanged';
      continue;
    }
    return { type: 'sent', plan, operationId, outcome };
  }
}

function isDone(change: ProviderChange, { description }: CurrentProvider): boolean {
  return change.operation === 'updateProvider' && description?.displayName === change.displayName;
}

/**
 * Records a change, sends it, and records its outcome.
 *
 * @returns undefined if something was changed while it waited, so that nothing was sent
 */
async function perform(
  plan: ProviderPlan,
  operationId: string,
  ports: ProviderPorts,
): Promise<ProviderOutcome | undefined> {
  const { client, log, settleMs } = ports;
  const { change, sender } = plan;
  return ports.withProgress(plan, async (context) => {
    if (!ports.stillHolds(plan)) return undefined;
    const logId = await log.begin(recordOf(plan, operationId));
    const outcome = await sendProviderChange(client, change, { ...context, expected: sender }, settleMs);
    try {
      await log.complete(logId, completionOfProviderChange(change, outcome));
    } catch (error) {
      // The change has its outcome, and the journal writes it as soon as possible.
      ports.onWriteFailed(error);
    }
    return outcome;
  });
}

function recordOf({ change, sender, name, current, revertsChangeId }: ProviderPlan, operationId: string) {
  const { account, endpoint } = sender;
  const common = {
    operationId,
    selected: 1,
    ...(revertsChangeId !== undefined && { revertsChangeId }),
    name,
    ...(account !== undefined && { account }),
    endpoint,
  };
  const { logicalId, displayName } = current.description ?? {};
  switch (change.operation) {
    case 'createProvider':
      return { ...common, ...change, serviceProviderId: '' };
    case 'updateProvider':
      return { ...common, ...change, ...(displayName !== undefined && { displayNameBefore: displayName }) };
    case 'deleteProvider':
      return {
        ...common,
        ...change,
        ...(logicalId !== undefined && { logicalId }),
        ...(displayName !== undefined && { displayName }),
        ...(current.mapping && { mapping: current.mapping }),
      };
  }
}
