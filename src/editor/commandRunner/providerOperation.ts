import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Wait } from '../../core/failures/waitReason';
import { certainReading } from '../../core/mappings/providerStatus';
import { isSameMapping, type ChangeSender } from '../../core/model/networkMapping';
import {
  runProviderChange,
  type CurrentProvider,
  type ProviderInterference,
  type ProviderPlan,
  type ProviderPorts,
  type ProviderResult,
} from '../../core/onboarding/providerOperation';
import { providerConfirmation, providerProgressTitle } from '../../core/onboarding/providerText';
import { errorText } from '../../core/text/errorText';
import { BACK, promptForText } from '../prompts/promptForText';
import { withCancellableProgress } from '../prompts/withCancellableProgress';
import type { CommandContext } from './command';
import { readMappings } from './readMappings';
import { senderNames } from './senderNames';
import { waitProgress } from './waitProgress';

/** A change to ask about; see {@link ProviderPlan}. */
export type PlannedProviderChange = Omit<ProviderPlan, 'sender' | 'current'>;

/**
 * Reads, confirms and sends a change of a service provider (`core/onboarding/providerOperation.ts`) with VS Code's
 * dialogs.
 *
 * @param shown who would have sent it when the user first saw it
 * @param senderNow returns who would send it now; undefined if the service provider has left the list
 * @throws JournalError if the change could not be recorded; nothing was sent then
 */
export async function runProviderOperation(
  planned: PlannedProviderChange,
  shown: ChangeSender,
  senderNow: ProviderPorts['sender'],
  services: CommandContext,
): Promise<ProviderResult> {
  const { providers, journal, log } = services;
  const client = await services.onboarding();
  const { change } = planned;
  return runProviderChange(planned, shown, {
    client,
    log: { begin: (each) => journal.begin(each), complete: (...completion) => journal.complete(...completion) },
    sender: senderNow,
    read: (sender) => readCurrent(planned, sender, services),
    confirm: (plan, because) => confirm(plan, because, services),
    withProgress: async (plan, send) => {
      const { result } = await withCancellableProgress(providerProgressTitle(plan), (stopSignal, report) => {
        const onWait = (wait: Wait) => {
          report(waitProgress(wait, 0, 1), 0);
        };
        const task = () => send({ stopSignal, urgent: true, interactive: true, onWait });
        return change.operation === 'createProvider' ? task() : providers.exclusively(change.serviceProviderId, task);
      });
      return result;
    },
    stillHolds: ({ current: { mapping } }) => {
      if (change.operation !== 'deleteProvider' || !mapping) return true;
      const now = certainReading(providers.status(change.serviceProviderId));
      return now !== undefined && isSameMapping(now.mapping, mapping);
    },
    onWriteFailed: (error) => {
      log.error(`the outcome of a change could not be recorded in the journal: ${errorText(error)}`);
    },
    newOperationId: randomUUID,
    now: Date.now,
  });
}

/** Reads what the question shows. Nothing is read before a create. */
async function readCurrent(
  { change, name }: PlannedProviderChange,
  sender: ChangeSender,
  services: CommandContext,
): ReturnType<ProviderPorts['read']> {
  if (change.operation === 'createProvider') return {};
  const { serviceProviderId: id } = change;
  let mapping: CurrentProvider['mapping'];
  if (change.operation === 'deleteProvider') {
    const read = await readMappings([id], services);
    if ('canceledAfter' in read) return 'canceled';
    const [failure] = read.failures;
    if (failure) return { failure };
    mapping = certainReading(services.providers.status(id))?.mapping;
    // Something has superseded the read.
    if (!mapping) return 'canceled';
  }
  const client = await services.onboarding();
  const title = vscode.l10n.t('Reading the service provider {0}', name);
  const { result } = await withCancellableProgress(title, (abortSignal) =>
    client.read(id, { expected: sender, urgent: true, interactive: true, abortSignal }),
  );
  if (result.ok && result.value.type === 'unknown') return { failure: result.value.failure };
  if (!result.ok && result.failure.kind === 'canceled') return 'canceled';
  // Where the service does not describe it, the list still names it.
  const { logicalId, displayName } = result.ok && result.value.type === 'exists' ? result.value : {};
  return {
    description: { ...(logicalId !== undefined && { logicalId }), ...(displayName !== undefined && { displayName }) },
    ...(mapping && { mapping }),
  };
}

/** Asks in a dialog; for a deletion, then for the name. */
async function confirm(
  plan: ProviderPlan,
  because: ProviderInterference | undefined,
  services: CommandContext,
): Promise<boolean> {
  const { change, name } = plan;
  const sender = await senderNames([plan.sender], services);
  const { question, paragraphs, button } = providerConfirmation(plan, { because, ...sender, skills: services.skills });
  const detail = paragraphs.join('\n\n');
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, button);
  if (answer !== button) return false;
  if (change.operation !== 'deleteProvider') return true;
  const typed = await promptForText({
    title: button,
    prompt: vscode.l10n.t('Type {0} to delete this service provider. This cannot be undone.', name),
    placeholder: name,
    check: (text) =>
      text.trim() === name
        ? { ok: true, value: name }
        : { ok: false, problem: vscode.l10n.t('Type exactly: {0}', name) },
  });
  return typed !== undefined && typed !== BACK;
}
