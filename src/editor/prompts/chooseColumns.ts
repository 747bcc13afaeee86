import * as vscode from 'vscode';
import { sanitizeText } from '../../core/text/sanitizeText';
import { FIELDS, type Field } from '../../core/model/configuredProviders';
import type { ChosenColumns, FileColumn, UnknownColumns } from '../../core/providerList/csvFile';
import { escapeIcons } from './escapeUiText';

interface Item extends vscode.QuickPickItem {
  /** -1 for none of the columns. */
  readonly index: number;
}

/**
 * Asks which columns of a file contain the IDs, the names and the accounts. Preselects the probable ones.
 *
 * @returns undefined if the user left a prompt
 */
export async function chooseColumns(
  fileName: string,
  { columns, guess }: UnknownColumns,
): Promise<ChosenColumns | undefined> {
  const title = vscode.l10n.t('Import {0}', sanitizeText(fileName, 60));
  const rest = columns.map((column, index): Item => itemOf(column, index));
  const ask = async (placeHolder: string, guessed: number | undefined, none?: string) => {
    const items = rest.filter(({ index }) => index !== guessed);
    const first = rest.filter(({ index }) => index === guessed);
    const no: Item[] = none === undefined ? [] : [{ label: none, index: -1 }];
    const ordered = first.length === 0 ? [...no, ...items] : [...first, ...items, ...no];
    const picked = await vscode.window.showQuickPick(ordered, {
      title,
      placeHolder,
      matchOnDescription: true,
      ignoreFocusOut: true,
    });
    if (picked && picked.index >= 0) rest.splice(rest.indexOf(picked), 1);
    return picked?.index;
  };
  const id = await ask(vscode.l10n.t('Select the column with the service provider IDs'), guess.id);
  if (id === undefined) return undefined;
  const chosen: { id: number } & Partial<Record<Field, number>> = { id };
  const questions = otherQuestions();
  for (const field of FIELDS) {
    if (field === 'id' || rest.length === 0) continue;
    const { placeHolder, none } = questions[field];
    const index = await ask(placeHolder, guess[field], none);
    if (index === undefined) return undefined;
    if (index >= 0) chosen[field] = index;
  }
  return chosen;
}

/** The question for each field that a file may lack. */
function otherQuestions(): Record<Exclude<Field, 'id'>, { readonly placeHolder: string; readonly none: string }> {
  return {
    name: { placeHolder: vscode.l10n.t('Select the column with the names'), none: vscode.l10n.t('No names') },
    account: {
      placeHolder: vscode.l10n.t('Select the column with the accounts to sign in to'),
      none: vscode.l10n.t('No accounts'),
    },
  };
}

function itemOf({ name, samples }: FileColumn, index: number): Item {
  return {
    label: escapeIcons(name ?? vscode.l10n.t('Column {0}', index + 1)),
    description: escapeIcons(samples.join(', ')),
    index,
  };
}
