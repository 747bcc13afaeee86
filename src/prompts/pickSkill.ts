import * as vscode from 'vscode';
import { checkSkillId } from '../core/identifiers';
import { skillOnEnter, type SkillChoice } from '../core/skillChoices';
import { inertLabel } from './inertText';

interface SkillItem extends vscode.QuickPickItem {
  readonly skillId?: string;
}

/**
 * Asks for a skill: one of the choices, or an id that is typed or pasted, checked while it is typed.
 *
 * @param title says for what; shown above the list
 * @returns undefined when the person leaves
 */
export async function pickSkill(title: string, choices: readonly SkillChoice[]): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<SkillItem>();
  pick.title = title;
  pick.placeholder = vscode.l10n.t('Skill id, such as amzn1.ask.skill.…');
  // Ids are fetched from a console or a chat window.
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  const known = choices.map(choiceItem);
  const ids = choices.map(({ skillId }) => skillId);
  const update = () => {
    const typed = pick.value.trim();
    const isKnown = ids.includes(typed);
    pick.items = typed === '' || isKnown ? known : [typedItem(typed), ...known];
    const taken = skillOnEnter(typed, ids);
    const active = pick.items.find(({ skillId }) => skillId === taken);
    if (active) pick.activeItems = [active];
  };
  update();
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidChangeValue(update);
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        // Whoever pastes and presses Enter at once is quicker than the item that is made of it.
        const typed = item ? undefined : checkSkillId(pick.value.trim());
        const chosen = typed?.ok && !typed.warning ? typed.value : item?.skillId;
        if (chosen !== undefined) resolve(chosen);
      });
      pick.onDidHide(() => {
        resolve(undefined);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function choiceItem({ skillId, mappedBy }: SkillChoice): SkillItem {
  const [first = '', ...others] = mappedBy;
  return {
    skillId,
    label: inertLabel(skillId),
    description:
      mappedBy.length === 0
        ? vscode.l10n.t('used before')
        : others.length === 0
          ? vscode.l10n.t('handles {0}', inertLabel(first))
          : vscode.l10n.t('handles {0} and {1} more', inertLabel(first), others.length),
  };
}

function typedItem(typed: string): SkillItem {
  const check = checkSkillId(typed);
  // Icons stand beside the label, not in it, where a screen reader would read their names out.
  if (!check.ok) return { label: check.problem, iconPath: new vscode.ThemeIcon('error'), alwaysShow: true };
  return {
    skillId: check.value,
    label: vscode.l10n.t('Use {0}', inertLabel(check.value)),
    iconPath: new vscode.ThemeIcon('add'),
    ...(check.warning && { detail: `$(warning) ${check.warning}` }),
    alwaysShow: true,
  };
}
