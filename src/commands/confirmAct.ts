import * as vscode from 'vscode';
import { previewChanges, type PreviewedChange } from '../prompts/previewChanges';
import type { Problem } from './mappingsNow';

/** A change that a person is asked to confirm. */
export interface ConfirmedChange extends PreviewedChange {
  /** The whole of it as one line of a question. */
  readonly line: string;
}

/** The words of the question. */
export interface ActWords {
  /** The preview's title. */
  readonly title: string;
  /** @param name of the only one, where there is but one */
  readonly question: (count: number, name: string) => string;
  /** Stands above the changes, where they have something in common. */
  readonly heading?: string;
  /** What it means for calls. */
  readonly consequence: string;
  readonly button: string;
}

/** More lines than this do not fit a dialog; then all are shown in a list first. */
const MOST_LINES = 10;

/** Whether so many cannot be taken in at a glance. */
export function isMany(count: number): boolean {
  return count > MOST_LINES;
}

/**
 * Asks whether several changes are to be made, with each of them and what is left out, problems first.
 *
 * @returns the ids of those that are to be changed, or undefined when the person does not want it
 */
export async function confirmAct(
  changes: readonly ConfirmedChange[],
  problems: readonly Problem[],
  words: ActWords,
): Promise<readonly string[] | undefined> {
  const isLong = isMany(changes.length + problems.length) || changes.some(({ warning }) => warning !== undefined);
  const ids = isLong
    ? await previewChanges(words.title, changes, problems)
    : changes.map(({ serviceProviderId }) => serviceProviderId);
  if (!ids) return undefined;
  const chosen = new Set(ids);
  const lines = [
    ...problems.map(({ name, reason }) => vscode.l10n.t('Left out: {0}, {1}', name, reason)),
    ...changes.filter(({ serviceProviderId }) => chosen.has(serviceProviderId)).map(({ line }) => line),
  ];
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > MOST_LINES) shown.push(vscode.l10n.t('… and {0} more', lines.length - MOST_LINES));
  const detail = [words.heading, shown.join('\n'), words.consequence].filter(Boolean).join('\n\n');
  const name = changes.find(({ serviceProviderId }) => serviceProviderId === ids[0])?.name ?? '';
  const answer = await vscode.window.showWarningMessage(
    words.question(ids.length, name),
    { modal: true, detail },
    words.button,
  );
  return answer === words.button ? ids : undefined;
}
