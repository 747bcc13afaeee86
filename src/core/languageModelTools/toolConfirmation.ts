import * as l10n from '@vscode/l10n';
import { targetOf } from '../model/networkMapping';
import { circumstancesTexts, mappingText, warningText, type SenderNames } from '../operations/operationText';
import type { Plan, PlannedChange } from '../operations/plan';
import type { SkillNames } from '../skills/skillNames';
import { escapeMarkdown } from '../text/escapeMarkdown';

/**
 * Returns what VS Code asks before it lets a language model apply a plan: every change with its current and its new
 * mapping, names with their IDs. Names cannot format, link or hide anything.
 *
 * @returns the title as plain text without names, and the message as Markdown
 */
export function toolConfirmation(
  plan: Plan,
  sender: SenderNames,
  skills: SkillNames,
  language: string,
): { readonly title: string; readonly message: string } {
  const count = plan.changes.length;
  const changes = plan.changes.map((planned) => `- ${escapeMarkdown(changeText(planned, skills))}`).join('\n');
  const paragraphs = circumstancesTexts(plan, { hidden: 0, sender }, language).map((text) =>
    // Two spaces end a line within a paragraph.
    text.split('\n').map(escapeMarkdown).join('  \n'),
  );
  return {
    title: count === 1 ? l10n.t('Change 1 network mapping?') : l10n.t('Change {0} network mappings?', count),
    message: [changes, ...paragraphs].join('\n\n'),
  };
}

function changeText(planned: PlannedChange, skills: SkillNames): string {
  const { change, replaces } = planned;
  const id = change.serviceProviderId;
  const text = (skillId: string) => skills.nameAndId(skillId);
  const from = mappingText(replaces, text);
  const to = mappingText(targetOf(change), text);
  // A name that several have includes the ID already.
  const transition = planned.name.includes(id)
    ? l10n.t('{0}: {1} → {2}', planned.name, from, to)
    : l10n.t({
        message: '{0} ({1}): {2} → {3}',
        args: [planned.name, id, from, to],
        comment: ['{0} is the name of a service provider, {1} its ID, {2} its current mapping, {3} the new one.'],
      });
  const warning = warningText(planned, skills);
  return warning === undefined
    ? transition
    : l10n.t({
        message: '{0}. {1}',
        args: [transition, warning],
        comment: ['{0} is a change such as "Hotel (ID): Old Skill → New Skill", {1} is a whole sentence about it.'],
      });
}
