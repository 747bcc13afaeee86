import * as l10n from '@vscode/l10n';
import { sanitizeText } from '../text/sanitizeText';
import { describeFailure } from '../failures/failureMessages';
import { targetOf, type NetworkMapping } from '../model/networkMapping';
import { abbreviateId } from '../presentation/rowText';
import type { SkillNames } from '../skills/skillNames';
import type { Interference, OperationResult } from './operation';
import { countResults, countSkipped, failuresOf, type OperationCounts, type SkipCounts } from './outcomes';
import { selectedCount, type OperationKind, type Plan, type PlannedChange, type SkipReason } from './plan';

/** Returns the title of the skill picker. */
export function skillPickTitle(kind: 'map' | 'remap', count: number, name: string): string {
  if (kind === 'map') {
    return count === 1 ? l10n.t('Map {0} to Skill', name) : l10n.t('Map {0} Service Providers to Skill', count);
  }
  return count === 1 ? l10n.t('Remap {0} to Skill', name) : l10n.t('Remap {0} Service Providers to Skill', count);
}

/** The text of a confirmation. */
export interface ConfirmationText {
  /** Title of the preview. */
  readonly title: string;
  readonly question: string;
  /** Paragraphs below the question. */
  readonly paragraphs: readonly string[];
  readonly button: string;
}

/** Who sends the changes and where to, if that can be ambiguous to the user. */
export interface SenderNames {
  /** The account, if there are several. */
  readonly account?: string | undefined;
  /** The API endpoint's host, unless it is the default one. */
  readonly host?: string | undefined;
}

/** What a confirmation shows besides the plan. */
export interface Circumstances {
  /** What has changed since the previous confirmation. */
  readonly because: Interference | undefined;
  /** How many service providers of the selected groups the filter hides. */
  readonly hidden: number;
  readonly sender: SenderNames;
  readonly skills: SkillNames;
}

/** Maximum changes listed in a dialog; more are shown in a preview before it, and not again. */
const MAX_LISTED = 10;

/**
 * Maximum lines of a list in a dialog, with this many characters per line, measured in VS Code 1.100: dialogs do not
 * scroll, and the buttons of a taller one would be outside a window of 800 pixels.
 */
const MAX_LINES = 20;
const LINE_LENGTH = 44;

/** Maximum length of a name in such a list, and of the name of a skill, of which a line may have two. */
const MAX_NAME_LENGTH = 30;
const MAX_SKILL_NAME_LENGTH = 20;

/** Whether this many changes are shown in a preview first. */
export function needsPreview(count: number): boolean {
  return count > MAX_LISTED;
}

/** Returns the confirmation of a plan. */
export function confirmationText(
  plan: Plan,
  { because, hidden, sender, skills }: Circumstances,
  language: string,
): ConfirmationText {
  const [first] = plan.changes;
  const isSingle = first !== undefined && plan.changes.length === 1;
  return {
    title: previewTitle(plan, skills),
    question: question(plan),
    paragraphs: [
      because ? interferenceText(because) : '',
      ...(isSingle ? [singleLines(first, skills)] : manyLines(plan, skills)),
      ...circumstancesTexts(plan, { hidden, sender }, language),
    ].filter(Boolean),
    button: button(plan),
  };
}

/** Returns what a confirmation says besides the changes: what is skipped, who sends them where, and what they mean. */
export function circumstancesTexts(
  plan: Plan,
  { hidden, sender }: Pick<Circumstances, 'hidden' | 'sender'>,
  language: string,
): readonly string[] {
  return [toBeSkippedText(plan, language), hiddenText(hidden), senderText(sender), consequence(plan)].filter(Boolean);
}

/** Returns what has changed while a question was open. Nothing was sent. */
function interferenceText(because: Interference): string {
  if ('others' in because && because.others > 0) {
    return l10n.t(
      '{0} service providers were changed or removed from the list in the meantime. Nothing was sent. These are the current mappings.',
      because.others + 1,
    );
  }
  switch (because.type) {
    case 'changedMeanwhile':
      return l10n.t('{0} was changed in the meantime. Nothing was sent. This is its current mapping.', because.name);
    case 'notListed':
      return l10n.t('{0} was removed from the list in the meantime. Nothing was sent.', because.name);
    case 'endpointChanged':
      return l10n.t(
        'The API endpoint was changed in the meantime. Nothing was sent. Check the endpoint and try again.',
      );
    case 'sessionChanged':
      return l10n.t('The sign-in was changed in the meantime. Nothing was sent. Check the account and try again.');
  }
}

/** Returns a change for a list, such as `A → B`. */
export function transitionText({ replaces, change }: PlannedChange, skills: SkillNames): string {
  const label = (id: string) => skills.labelOf(id);
  return l10n.t('{0} → {1}', mappingText(replaces, label), mappingText(targetOf(change), label));
}

/** Returns a warning about a change; undefined if there is none. */
export function warningText(
  { changedSince, replaces, unconfirmed, isUnknown }: PlannedChange,
  skills: SkillNames,
): string | undefined {
  if (changedSince) {
    const whole = (id: string) => skills.nameAndId(id);
    return l10n.t(
      'Changed again since. Before: {0}. Your change: {1}. Current: {2}',
      mappingText(changedSince.before, whole),
      mappingText(changedSince.target, whole),
      mappingText(replaces, whole),
    );
  }
  if (isUnknown) return l10n.t('The service has no such service provider, so the change will probably fail.');
  return unconfirmed
    ? l10n.t('An earlier change of this service provider is unconfirmed and may still take effect.')
    : undefined;
}

/** Returns why a selected service provider is skipped, in a few words. */
export function skipReasonText(reason: SkipReason): string {
  switch (reason) {
    case 'sameSkill':
      return l10n.t('already mapped to this skill');
    case 'mappedToOther':
      return l10n.t('already mapped to another skill');
    case 'notMapped':
      return l10n.t('not mapped');
    case 'notListed':
      return l10n.t('no longer in the list');
    case 'notRead':
      return l10n.t('interrupted while it was read');
    case 'cleared':
      return l10n.t('cleared in the preview');
    case 'changedMeanwhile':
      return l10n.t('changed in the meantime');
    case 'unknownBefore':
      return l10n.t('earlier mapping unknown');
    case 'restoredAlready':
      return l10n.t('already has its earlier mapping');
    case 'otherEndpoint':
      return l10n.t('changed at another API endpoint');
    case 'unconfirmed':
      return l10n.t('change unconfirmed, may still take effect');
  }
}

/** Returns the title of the progress notification. */
export function progressTitle(plan: Plan): string {
  const [first] = plan.changes;
  const count = plan.changes.length;
  switch (plan.kind) {
    case 'map':
      return count === 1 && first ? l10n.t('Mapping {0}', first.name) : l10n.t('Mapping {0} service providers', count);
    case 'remap':
      return count === 1 && first
        ? l10n.t('Remapping {0}', first.name)
        : l10n.t('Remapping {0} service providers', count);
    case 'delete':
      return count === 1 && first
        ? l10n.t('Deleting the mapping of {0}', first.name)
        : l10n.t('Deleting {0} mappings', count);
    case 'undo':
      return count === 1 && first
        ? l10n.t('Undoing the change of {0}', first.name)
        : l10n.t('Undoing {0} changes', count);
    case 'apply':
      return count === 1 && first
        ? l10n.t('Applying the change of {0}', first.name)
        : l10n.t('Applying {0} changes', count);
  }
}

/** Returns the outcome of a bulk operation, in short sentences whose counts add up to the selection. */
export function summaryText(applied: OperationResult & { type: 'applied' }, language: string): string {
  const counts = countResults(applied);
  return [
    changedText(applied.plan.kind, counts),
    skippedSentence(counts.skipped, language),
    counts.failed > 0 ? l10n.t('{0} failed.', counts.failed) : '',
    counts.unconfirmed > 0 ? l10n.t('{0} unconfirmed.', counts.unconfirmed) : '',
    counts.notStarted > 0 ? l10n.t('{0} not started.', counts.notStarted) : '',
    applied.stopped ? '' : reasonText(applied, counts),
  ]
    .filter(Boolean)
    .join(' ');
}

/** Returns what a plan skipped, with the reasons; empty if nothing. */
export function skippedText(plan: Plan, language: string): string {
  return skippedSentence(countSkipped(plan), language);
}

/** Returns what a plan would skip, with the reasons; empty if nothing. */
function toBeSkippedText(plan: Plan, language: string): string {
  const counts = countSkipped(plan);
  if (counts.size === 0) return '';
  return l10n.t({
    message: 'Will be skipped: {0}.',
    args: [skippedList(counts, language)],
    comment: ['{0} is a list, such as "1 not mapped and 2 already mapped to this skill".'],
  });
}

/** Returns what a single change did. */
export function successText({ kind, changes }: Plan, skills: SkillNames): string {
  const [only] = changes;
  const name = only?.name ?? '';
  const skill = only && only.change.operation !== 'delete' ? skillText(only.change.skillId, skills) : '';
  switch (kind) {
    case 'map':
      return l10n.t('Mapped {0} to {1}.', name, skill);
    case 'remap':
      return l10n.t('Remapped {0} to {1}.', name, skill);
    case 'delete':
      return l10n.t('Deleted the mapping of {0}.', name);
    case 'undo':
      return l10n.t('Undid the change of {0}.', name);
    case 'apply':
      return l10n.t('Applied the change of {0}.', name);
  }
}

/** Returns a skill as a message about what was done has it: its name, or its whole ID. */
export function skillText(skillId: string, skills: SkillNames): string {
  return skills.labelOf(skillId, (id) => id);
}

/**
 * Returns a mapping in words.
 *
 * @param idText returns the skill with this ID in words
 */
export function mappingText(mapping: NetworkMapping, idText: (skillId: string) => string): string {
  return mapping.type === 'mapped' ? idText(mapping.skillId) : l10n.t('not mapped');
}

function previewTitle({ kind, skillId = '' }: Plan, skills: SkillNames): string {
  switch (kind) {
    case 'map':
      return l10n.t('Map to {0}', skills.nameAndId(skillId));
    case 'remap':
      return l10n.t('Remap to {0}', skills.nameAndId(skillId));
    case 'delete':
      return l10n.t('Delete Mapping');
    case 'undo':
      return l10n.t('Undo Last Mapping Change');
    case 'apply':
      return l10n.t('Apply to Service');
  }
}

function question(plan: Plan): string {
  const [first] = plan.changes;
  const count = plan.changes.length;
  const selected = selectedCount(plan);
  if (first && count === 1) return singleQuestion(plan.kind, first);
  if (count === selected) {
    switch (plan.kind) {
      case 'map':
        return l10n.t('Map {0} service providers?', count);
      case 'remap':
        return l10n.t('Remap {0} service providers?', count);
      case 'delete':
        return l10n.t('Delete {0} mappings?', count);
      case 'undo':
        return l10n.t('Undo {0} changes?', count);
      case 'apply':
        return l10n.t('Apply {0} changes?', count);
    }
  }
  switch (plan.kind) {
    case 'map':
      return l10n.t('Map {0} of {1} service providers?', count, selected);
    case 'remap':
      return l10n.t('Remap {0} of {1} service providers?', count, selected);
    case 'delete':
      return l10n.t('Delete {0} of {1} mappings?', count, selected);
    case 'undo':
      return l10n.t('Undo {0} of {1} changes?', count, selected);
    case 'apply':
      // What is left alone is not a change.
      return l10n.t('Apply {0} changes?', count);
  }
}

function singleQuestion(kind: OperationKind, { name, changedSince }: PlannedChange): string {
  switch (kind) {
    case 'map':
      return l10n.t('Map {0}?', name);
    case 'remap':
      return l10n.t('Remap {0}?', name);
    case 'delete':
      return l10n.t('Delete the mapping of {0}?', name);
    case 'undo':
      return changedSince
        ? l10n.t('{0} was changed again since. Restore the earlier mapping anyway?', name)
        : l10n.t('Undo the change of {0}?', name);
    case 'apply':
      return l10n.t('Apply the change of {0}?', name);
  }
}

function singleLines(planned: PlannedChange, skills: SkillNames): string {
  const { change, name, replaces, changedSince } = planned;
  const whole = (skillId: string) => skills.nameAndId(skillId);
  const id = l10n.t('Service provider: {0}', change.serviceProviderId);
  const current = l10n.t('Current: {0}', mappingText(replaces, whole));
  const target = mappingText(targetOf(change), whole);
  const isDelete = change.operation === 'delete' && planned.revertsChangeId === undefined;
  const lines = changedSince
    ? [
        l10n.t('Before: {0}', mappingText(changedSince.before, whole)),
        l10n.t('Your change: {0}', mappingText(changedSince.target, whole)),
        current,
      ]
    : isDelete
      ? [l10n.t('{0} will no longer handle the calls of {1}.', mappingText(replaces, whole), name)]
      : [
          current,
          planned.revertsChangeId === undefined ? l10n.t('New: {0}', target) : l10n.t('After undo: {0}', target),
        ];
  const warning = changedSince ? undefined : warningText(planned, skills);
  return [...lines, id, ...(warning === undefined ? [] : [warning])].join('\n');
}

function manyLines({ kind, changes, skillId }: Plan, skills: SkillNames): string[] {
  return [
    ...(skillId === undefined ? [] : [l10n.t('New: {0}', skills.nameAndId(skillId))]),
    ...(needsPreview(changes.length) ? [] : [listText(kind, changes, skills)]),
  ];
}

/**
 * Returns one line per change, with as much about the skills as fits into the dialog: full IDs, abbreviated ones, or no
 * names. The IDs stay, because only they are unique.
 */
function listText(kind: OperationKind, changes: readonly PlannedChange[], skills: SkillNames): string {
  const listWith = (idText: (skillId: string) => string) => changes.map((each) => lineOfMany(kind, each, idText));
  const whole = listWith((skillId) => skills.nameAndId(skillId));
  if (fits(whole)) return whole.join('\n');
  const short = listWith((skillId) => shortNameAndId(skillId, skills));
  return (fits(short) ? short : listWith(abbreviateId)).join('\n');
}

function fits(lines: readonly string[]): boolean {
  return lines.reduce((sum, line) => sum + Math.ceil(line.length / LINE_LENGTH), 0) <= MAX_LINES;
}

function shortNameAndId(skillId: string, skills: SkillNames): string {
  const name = skills.nameOf(skillId);
  if (name === undefined) return abbreviateId(skillId);
  return l10n.t('{0} ({1})', sanitizeText(name, MAX_SKILL_NAME_LENGTH), abbreviateId(skillId));
}

function lineOfMany(
  kind: OperationKind,
  { name, replaces, change }: PlannedChange,
  idText: (skillId: string) => string,
): string {
  const shown = sanitizeText(name, MAX_NAME_LENGTH);
  switch (kind) {
    case 'map':
      return shown;
    case 'remap':
      return l10n.t({
        message: '{0}, currently {1}',
        args: [shown, mappingText(replaces, idText)],
        comment: ['{0} is the name of a service provider, {1} its current mapping.'],
      });
    case 'delete':
      return l10n.t('{0} will no longer handle the calls of {1}.', mappingText(replaces, idText), shown);
    case 'undo':
    case 'apply':
      return l10n.t('{0}: {1} → {2}', shown, mappingText(replaces, idText), mappingText(targetOf(change), idText));
  }
}

function hiddenText(hidden: number): string {
  if (hidden === 0) return '';
  return hidden === 1
    ? l10n.t('The filter hides 1 more service provider of this selection. It is not changed.')
    : l10n.t('The filter hides {0} more service providers of this selection. They are not changed.', hidden);
}

function senderText({ account, host }: SenderNames): string {
  return [
    ...(account === undefined ? [] : [l10n.t('Account: {0}', account)]),
    ...(host === undefined ? [] : [l10n.t('API endpoint: {0}', host)]),
  ].join('\n');
}

function consequence({ kind, changes }: Plan): string {
  switch (kind) {
    case 'map':
    case 'remap':
      return l10n.t('The new skill will handle the calls.');
    case 'delete':
      return changes.length === 1
        ? l10n.t('The service provider is not deleted and can be mapped again.')
        : l10n.t('The service providers are not deleted and can be mapped again.');
    case 'undo':
      if (changes.every(({ change }) => change.operation === 'delete'))
        return l10n.t('No skill will handle the calls.');
      return changes.length === 1
        ? l10n.t('The earlier mapping will apply again.')
        : l10n.t('The earlier mappings will apply again.');
    case 'apply':
      return changes.some(({ change }) => change.operation === 'delete')
        ? l10n.t('The new skills will handle the calls. Where a mapping is deleted, no skill will handle the calls.')
        : l10n.t('The new skills will handle the calls.');
  }
}

function button({ kind, changes }: Plan): string {
  switch (kind) {
    case 'map':
      return l10n.t({ message: 'Map', comment: ['A button: map to a skill.'] });
    case 'remap':
      return l10n.t('Remap');
    case 'delete':
      return l10n.t('Delete Mapping');
    case 'undo':
      return changes.length === 1 && changes[0]?.changedSince ? l10n.t('Restore') : l10n.t('Undo');
    case 'apply':
      return l10n.t({ message: 'Apply', comment: ['A button: apply the changes of a mapping file.'] });
  }
}

function changedText(kind: OperationKind, { changed, selected }: OperationCounts): string {
  switch (kind) {
    case 'map':
      return l10n.t('Mapped {0} of {1}.', changed, selected);
    case 'remap':
      return l10n.t('Remapped {0} of {1}.', changed, selected);
    case 'delete':
      return l10n.t('Deleted {0} of {1} mappings.', changed, selected);
    case 'undo':
      return l10n.t('Undid {0} of {1} changes.', changed, selected);
    case 'apply':
      return l10n.t('Changed {0} of {1}.', changed, selected);
  }
}

/** Returns why changes failed or are unconfirmed: one reason, and whether there are others; empty if none did. */
function reasonText(
  { results }: OperationResult & { type: 'applied' },
  { failed, unconfirmed }: OperationCounts,
): string {
  const [first, ...others] = new Set(failuresOf(results).map((failure) => describeFailure(failure).reason));
  if (first === undefined) return '';
  return failed + unconfirmed === 1 || others.length === 0
    ? l10n.t('Reason: {0}.', first)
    : l10n.t('First reason: {0}.', first);
}

function skippedSentence(counts: SkipCounts, language: string): string {
  if (counts.size === 0) return '';
  return l10n.t({
    message: 'Skipped {0}.',
    args: [skippedList(counts, language)],
    comment: ['{0} is a list, such as "1 not mapped and 2 already mapped to this skill".'],
  });
}

function skippedList(counts: SkipCounts, language: string): string {
  const parts = [...counts].map(([reason, count]) => skippedPart(reason, count));
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(parts);
}

function skippedPart(reason: SkipReason | 'unreadable', count: number): string {
  switch (reason) {
    case 'sameSkill':
      return l10n.t('{0} already mapped to this skill', count);
    case 'mappedToOther':
      return l10n.t('{0} already mapped to another skill', count);
    case 'notMapped':
      return l10n.t('{0} not mapped', count);
    case 'notListed':
      return l10n.t('{0} no longer in the list', count);
    case 'notRead':
      return l10n.t({
        message: '{0} interrupted',
        args: [count],
        comment: ['A part of a list; {0} is a number of service providers whose mappings were not read.'],
      });
    case 'cleared':
      return l10n.t('{0} cleared in the preview', count);
    case 'changedMeanwhile':
      return l10n.t('{0} changed in the meantime', count);
    case 'unknownBefore':
      return l10n.t('{0} with an unknown earlier mapping', count);
    case 'restoredAlready':
      return l10n.t('{0} already restored', count);
    case 'otherEndpoint':
      return l10n.t('{0} changed at another API endpoint', count);
    case 'unconfirmed':
      return l10n.t('{0} with an unconfirmed change', count);
    case 'unreadable':
      return l10n.t('{0} that could not be read', count);
  }
}
