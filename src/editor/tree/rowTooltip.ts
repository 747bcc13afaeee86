import * as vscode from 'vscode';
import { escapeMarkdown } from '../../core/text/escapeMarkdown';
import { PREFIX, type CommandName } from '../commandNames';

/** The commands that a tooltip may run: they change nothing, and check their argument. */
const COPY_COMMANDS = ['copyServiceProviderId', 'copySkillId'] as const satisfies readonly CommandName[];

/**
 * Returns the tooltip of a service provider's row, with links that copy its IDs.
 *
 * @param lines plain text, which may come from the service
 */
export function rowTooltipMarkdown(
  lines: readonly string[],
  { serviceProviderId, isMapped }: { readonly serviceProviderId: string; readonly isMapped: boolean },
): vscode.MarkdownString {
  const labels = {
    copyServiceProviderId: vscode.l10n.t('Copy Service Provider ID'),
    copySkillId: vscode.l10n.t('Copy Skill ID'),
  };
  const links = COPY_COMMANDS.filter((name) => name !== 'copySkillId' || isMapped).map(
    (name) => `[${escapeMarkdown(labels[name])}](${commandUri(name, { serviceProviderId })})`,
  );
  // Two spaces end a line within a paragraph.
  const text = lines.map(escapeMarkdown).join('  \n');
  const tooltip = new vscode.MarkdownString(`${text}\n\n${links.join(' · ')}`);
  tooltip.isTrusted = { enabledCommands: COPY_COMMANDS.map((name) => PREFIX + name) };
  return tooltip;
}

function commandUri(name: CommandName, argument: object): string {
  // Parentheses in an ID would end the address.
  const query = encodeURIComponent(JSON.stringify([argument])).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `command:${PREFIX}${name}?${query}`;
}
