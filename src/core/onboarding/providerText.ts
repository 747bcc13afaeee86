import * as l10n from '@vscode/l10n';
import type { ApiFailure } from '../failures/apiFailure';
import { providerOf } from '../history/changeRecord';
import type { ProviderChange } from '../model/providerChange';
import type { SkillNames } from '../skills/skillNames';
import type { ProviderInterference, ProviderPlan } from './providerOperation';

/** The text of a confirmation. */
interface ConfirmationText {
  readonly question: string;
  /** Paragraphs below the question. */
  readonly paragraphs: readonly string[];
  readonly button: string;
}

/** What a confirmation shows besides the plan. */
export interface ProviderCircumstances {
  /** What has changed since the previous confirmation. */
  readonly because: ProviderInterference | undefined;
  /** The account, if there are several. */
  readonly account?: string | undefined;
  /** The API endpoint's host, unless it is the default one. */
  readonly host?: string | undefined;
  readonly skills: SkillNames;
}

/** Returns the confirmation of a change of a service provider. */
export function providerConfirmation(plan: ProviderPlan, shown: ProviderCircumstances): ConfirmationText {
  const { because, account, host, skills } = shown;
  const senderLines = [
    ...(account === undefined ? [] : [l10n.t('Account: {0}', account)]),
    ...(host === undefined ? [] : [l10n.t('API endpoint: {0}', host)]),
  ];
  return {
    question: question(plan),
    paragraphs: [
      because === undefined ? '' : interferenceText(because),
      stopsText(plan, skills),
      lines(plan).join('\n'),
      earlierText(plan),
      senderLines.join('\n'),
      consequence(plan),
    ].filter(Boolean),
    button: button(plan),
  };
}

/** Returns the title of the progress notification. */
export function providerProgressTitle({ change, name }: ProviderPlan): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t('Creating {0}', name);
    case 'updateProvider':
      return l10n.t('Renaming {0} at Amazon', name);
    case 'deleteProvider':
      return l10n.t('Deleting the service provider {0}', name);
  }
}

/** Returns what an unsuccessful change did not do. */
export function providerFailedText(change: ProviderChange, name: string): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t('{0} was not created.', name);
    case 'updateProvider':
      return l10n.t('{0} was not renamed at Amazon.', name);
    case 'deleteProvider':
      return l10n.t('The service provider {0} was not deleted.', name);
  }
}

/** Returns that it is unknown whether a change took effect, and how to find out. */
export function providerUnconfirmedText(change: ProviderChange, name: string): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t(
        'Could not verify whether {0} was created: only the response has its service provider ID. Try again with the same logical ID, {1}, which creates no second one. If that is in use then, ask Amazon support for the service provider ID.',
        name,
        change.logicalId,
      );
    case 'updateProvider':
      return l10n.t('Could not verify whether {0} was renamed at Amazon.', name);
    case 'deleteProvider':
      return l10n.t('Could not verify whether the service provider {0} was deleted. Refresh it to find out.', name);
  }
}

/** Returns what a change did. */
export function providerSuccessText({ change, name, revertsChangeId }: ProviderPlan): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t('Created the service provider {0}.', name);
    case 'updateProvider':
      return revertsChangeId === undefined
        ? l10n.t('Renamed {0} to {1} at Amazon.', name, change.displayName)
        : l10n.t('Undid the renaming of {0} at Amazon. Its name is {1} again.', name, change.displayName);
    case 'deleteProvider':
      return l10n.t('Deleted the service provider {0}, and removed it from the list.', name);
  }
}

/** Returns that a create was rejected because of its logical ID; undefined of any other failure. */
export function takenLogicalIdText({ change, name, earlier }: ProviderPlan, failure: ApiFailure): string | undefined {
  const { kind, effect, attempts } = failure;
  if (change.operation !== 'createProvider' || effect === 'unknown' || attempts.length === 0) return undefined;
  if (kind !== 'badRequest' && kind !== 'conflict') return undefined;
  return earlier && providerOf(earlier) === undefined
    ? l10n.t(
        '{0} was not created. The logical ID {1} is in use, so the earlier create has probably taken effect. Ask Amazon support for the service provider ID, by the logical ID, then add it to the list.',
        name,
        change.logicalId,
      )
    : kind === 'conflict'
      ? l10n.t('{0} was not created. The logical ID {1} is in use already.', name, change.logicalId)
      : l10n.t(
          '{0} was not created. The logical ID {1} is in use already, or the service does not accept it.',
          name,
          change.logicalId,
        );
}

function question({ change, name, revertsChangeId }: ProviderPlan): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t('Create the service provider {0}?', name);
    case 'updateProvider':
      return revertsChangeId === undefined
        ? l10n.t('Rename {0} at Amazon?', name)
        : l10n.t('Undo the renaming of {0} at Amazon?', name);
    case 'deleteProvider':
      return revertsChangeId === undefined
        ? l10n.t('Delete the service provider {0}?', name)
        : l10n.t('Undo the creation of {0}, and delete the service provider?', name);
  }
}

/** Returns what a deletion ends; empty for other changes. */
function stopsText({ change, name, current: { mapping } }: ProviderPlan, skills: SkillNames): string {
  if (change.operation !== 'deleteProvider') return '';
  return mapping?.type === 'mapped'
    ? l10n.t('{0} will no longer handle the calls of {1}.', skills.nameAndId(mapping.skillId), name)
    : l10n.t('It is not mapped to a skill.');
}

function lines({ change, name, current, revertsChangeId }: ProviderPlan): readonly string[] {
  const { logicalId, displayName } = current.description ?? {};
  switch (change.operation) {
    case 'createProvider':
      return [
        l10n.t('Logical ID: {0}', change.logicalId),
        change.displayName === undefined
          ? l10n.t('Display name: none')
          : l10n.t('Display name: {0}', change.displayName),
      ];
    case 'updateProvider':
      return [
        l10n.t('Current: {0}', displayName ?? l10n.t('unknown')),
        revertsChangeId === undefined
          ? l10n.t('New: {0}', change.displayName)
          : l10n.t('After undo: {0}', change.displayName),
        l10n.t('Service provider: {0}', change.serviceProviderId),
      ];
    case 'deleteProvider':
      return [
        l10n.t('Service provider: {0}', change.serviceProviderId),
        ...(logicalId === undefined ? [] : [l10n.t('Logical ID: {0}', logicalId)]),
        ...(displayName === undefined || displayName === name
          ? []
          : [l10n.t('Display name at Amazon: {0}', displayName)]),
      ];
  }
}

/** Returns a warning that the logical ID is in use, or may be; empty if nothing is known of that. */
function earlierText({ earlier }: ProviderPlan): string {
  if (!earlier) return '';
  const id = providerOf(earlier);
  return id === undefined
    ? l10n.t(
        'An earlier create with this logical ID is unconfirmed. If it took effect, this one fails and creates nothing.',
      )
    : l10n.t('You have created {0} with this logical ID, so this create will probably fail.', id);
}

function consequence({ change }: ProviderPlan): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t(
        'The logical ID cannot be changed later. Amazon uses the display name only for its own statistics.',
      );
    case 'updateProvider':
      return l10n.t('Amazon uses this name only for its own statistics. The name in the list stays as it is.');
    case 'deleteProvider':
      return l10n.t(
        'Everything that refers to its ID stops working, such as account associations. This cannot be undone: a service provider that is created again has another ID.',
      );
  }
}

function button({ change, revertsChangeId }: ProviderPlan): string {
  switch (change.operation) {
    case 'createProvider':
      return l10n.t({ message: 'Create', comment: ['A button: create a service provider.'] });
    case 'updateProvider':
      return revertsChangeId === undefined
        ? l10n.t({ message: 'Rename', comment: ['A button: rename a service provider at Amazon.'] })
        : l10n.t('Undo');
    case 'deleteProvider':
      return l10n.t('Delete Service Provider');
  }
}

function interferenceText(because: ProviderInterference): string {
  switch (because) {
    case 'changedMeanwhile':
      return l10n.t('The service provider was changed in the meantime. Nothing was sent. This is its current state.');
    case 'endpointChanged':
      return l10n.t(
        'The API endpoint was changed in the meantime. Nothing was sent. Check the endpoint and try again.',
      );
    case 'sessionChanged':
      return l10n.t('The sign-in was changed in the meantime. Nothing was sent. Check the account and try again.');
  }
}
