import * as l10n from '@vscode/l10n';
import { redactDeep } from '../text/redactDeep';
import { code, list, prose, steps } from '../text/reportMarkdown';
import type { CheckedLink, SetupCheck, SetupProblem } from './setupCheck';
import { linkName, problemOf, verdict } from './setupText';

/**
 * Returns the result of a check as Markdown that also reads well as plain text, without secrets. Each link has a mark
 * and a word. The time is in UTC, because its reader is elsewhere.
 */
export function setupReport(check: SetupCheck): string {
  const { provider, account, checkedAtMs, links } = redactDeep(check);
  const problem = problemOf(links);
  const sections = [
    `# ${l10n.t('Check Setup')}`,
    list([
      ...(provider
        ? [
            ...(provider.name === undefined ? [] : [l10n.t('Service provider: {0}', code(provider.name))]),
            l10n.t('Service provider ID: {0}', code(provider.id)),
          ]
        : []),
      l10n.t('Account: {0}', code(account)),
      l10n.t('Checked: {0}', new Date(checkedAtMs).toISOString()),
    ]),
    `## ${l10n.t('Result')}`,
    problem ? prose(l10n.t('{0}. What comes after it was not checked.', problem.title)) : `${verdict(links)}.`,
    list(links.map(line)),
    ...(problem ? remedy(problem) : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

function line(each: CheckedLink): string {
  const name = linkName(each.link);
  switch (each.type) {
    case 'ok':
      return withNote(l10n.t({ message: '✓ OK: {0}', args: [name], comment: ['{0} is what was checked.'] }), each.note);
    case 'broken': {
      const text = l10n.t({ message: '✗ Broken: {0}', args: [name], comment: ['{0} is what was checked.'] });
      return withNote(text, l10n.t('{0}.', each.problem.title));
    }
    case 'notChecked':
      return withNote(
        l10n.t({ message: '– Not checked: {0}', args: [name], comment: ['{0} is what was not checked.'] }),
        each.note,
      );
  }
}

function withNote(text: string, note: string | undefined): string {
  return note === undefined ? text : `${text}. ${prose(note)}`;
}

function remedy({ title, cause, nextSteps, links }: SetupProblem): readonly string[] {
  return [
    `## ${prose(title)}`,
    prose(cause),
    `## ${l10n.t('Next steps')}`,
    steps(nextSteps.map(prose)),
    ...(links.length === 0 ? [] : [list(links.map(({ label, url }) => `${label}: ${url}`))]),
  ];
}
