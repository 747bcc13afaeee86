import * as vscode from 'vscode';
import { shortId } from '../../core/model/identifiers';
import { skillOffers, type SkillSuggestion, type SkillOffer } from '../../core/presentation/skillSuggestions';
import { escapeIcons } from './escapeUiText';
import { searchedPick } from './searchedPick';

interface OfferItem extends vscode.QuickPickItem {
  readonly offer: SkillOffer;
}

/**
 * Asks for a skill: one of the choices, or a typed or pasted ID, validated while typing. A text that may be a search is
 * used as an ID only after confirmation.
 *
 * @param title says what for; shown above the list
 * @param choices returns the known skills, again after one was named
 * @param nameSkill asks for another name of a known skill, for a button beside it; none without it
 * @returns undefined if the user leaves
 */
export async function pickSkill(
  title: string,
  choices: () => readonly SkillSuggestion[],
  nameSkill?: (skillId: string) => Promise<void>,
): Promise<string | undefined> {
  let value = '';
  const buttons = nameSkill ? [{ iconPath: new vscode.ThemeIcon('edit'), tooltip: vscode.l10n.t('Name Skill…') }] : [];
  for (;;) {
    const known = choices();
    const picked = await searchedPick<OfferItem>({
      title,
      placeholder: vscode.l10n.t('Search, or paste a skill ID such as amzn1.ask.skill.…'),
      value,
      // Stay open while the user copies an ID from a console or a chat window.
      ignoreFocusOut: true,
      find: (typed) => skillOffers(typed, known).map((offer) => offerItem(offer, buttons)),
      canTake: ({ offer }) => offer.type !== 'invalid',
      isActiveFirst: ({ offer }) => offer.type === 'typed' || offer.type === 'invalid',
    });
    if (!picked) return undefined;
    value = picked.typed;
    const { offer } = picked.item;
    if (offer.type === 'invalid') continue;
    if (offer.type === 'known' && picked.isButton) {
      await nameSkill?.(offer.choice.skillId);
      continue;
    }
    if (offer.type === 'known') return offer.choice.skillId;
    if (!offer.asks) return offer.skillId;
    const isId = await confirmId(title, offer.skillId, offer.type === 'typed' ? offer.warning : undefined);
    if (isId === undefined) return undefined;
    if (isId) return offer.skillId;
  }
}

/** Asks whether a typed text is the ID of a skill; undefined if the user leaves. */
async function confirmId(title: string, skillId: string, warning: string | undefined): Promise<boolean | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: vscode.l10n.t('Choose Another Skill'), iconPath: new vscode.ThemeIcon('arrow-left'), isId: false },
      {
        label: vscode.l10n.t('Use “{0}”', escapeIcons(skillId)),
        iconPath: new vscode.ThemeIcon('add'),
        ...(warning !== undefined && { detail: `$(warning) ${warning}` }),
        isId: true,
      },
    ],
    {
      title,
      placeHolder: vscode.l10n.t('Is “{0}” the ID of a skill?', escapeIcons(skillId)),
      ignoreFocusOut: true,
    },
  );
  return picked?.isId;
}

function offerItem(offer: SkillOffer, buttons: readonly vscode.QuickInputButton[]): OfferItem {
  switch (offer.type) {
    case 'known':
      return { offer, ...knownItem(offer.choice), buttons };
    case 'inside':
    case 'typed':
      // In the description: VS Code moves items whose label contains the typed text above all others.
      return {
        offer,
        label: '',
        description: vscode.l10n.t('Use “{0}”', escapeIcons(offer.skillId)),
        iconPath: new vscode.ThemeIcon('add'),
        ...(offer.type === 'typed' && offer.warning !== undefined && { detail: `$(warning) ${offer.warning}` }),
      };
    case 'invalid':
      // Beside the label, not in it: a screen reader would read the icon's name.
      return { offer, label: '', description: offer.problem, iconPath: new vscode.ThemeIcon('error') };
  }
}

/** Without a name, the ID is the label, and what is known about its use goes beside it. */
function knownItem(choice: SkillSuggestion): vscode.QuickPickItem {
  const { skillId, name, source } = choice;
  const use = useText(choice);
  const place = source && vscode.l10n.t('profile {0} in {1}', escapeIcons(source.profile), escapeIcons(source.folder));
  const details = (name === undefined ? [place] : [place, use]).flatMap((each) => each ?? []);
  const description = name === undefined ? use : escapeIcons(skillId);
  return {
    label: escapeIcons(name ?? skillId),
    ...(description !== undefined && { description }),
    ...(details.length > 0 && { detail: details.join(' · ') }),
  };
}

function useText({ mappedBy: [name, ...others], isRecent }: SkillSuggestion): string | undefined {
  if (name === undefined) return isRecent && vscode.l10n.t('used recently');
  // One without a name is named by its ID, of which the end differs from others.
  const first = shortId(name);
  return others.length === 0
    ? vscode.l10n.t('handles {0}', escapeIcons(first))
    : vscode.l10n.t('handles {0} and {1} more', escapeIcons(first), others.length);
}
