import * as l10n from '@vscode/l10n';
import { filterWords } from './rowFilter';
import type { GroupKey } from './skillGroups';

/**
 * Returns what a filter matches, with the states that rows have.
 *
 * @param counts how many rows have a state
 * @param language a BCP 47 tag, such as VS Code's `env.language`
 */
export function statesText(counts: ReadonlyMap<GroupKey['type'], number>, language: string): string {
  const states = Object.entries(filterWords()).flatMap(([state, word]) => {
    const count = counts.get(state as GroupKey['type']) ?? 0;
    return count === 0
      ? []
      : l10n.t({
          message: '{0} ({1})',
          args: [word, count.toLocaleString(language)],
          comment: ['{0} is a name or a state, {1} is its ID or how many rows have it.'],
        });
  });
  if (states.length === 0) return l10n.t('Matches name, ID, or skill.');
  const list = new Intl.ListFormat(language, { type: 'unit' }).format(states);
  return l10n.t({
    message: 'Matches name, ID, skill, or one of these states: {0}',
    args: [list],
    comment: ['{0} is a list of states, each with how many rows have it, such as "mapped (2), not mapped (1)".'],
  });
}
