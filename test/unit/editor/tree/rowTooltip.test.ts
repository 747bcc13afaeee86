import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rowTooltipMarkdown } from '../../../../src/editor/tree/rowTooltip';
import { aProvider, mappedTo, SKILL } from '../../../support/builders';
import { CommandWindow } from '../../../support/commandWindow';
import { commands, env } from '../../../support/fakeVscode';

/** Contains what ends an address in Markdown, or a URI component. */
const ID = `amzn1.comms.csp.id.a(b)'c%29*&"#`;

/** The labels and the addresses of the links in a tooltip. */
function linksIn({ value }: { readonly value: string }): Record<string, string> {
  const links = [...value.matchAll(/\[([^\]]+)\]\(([^()\s]+)\)/g)];
  return Object.fromEntries(links.map(([, label = '', uri = '']) => [label, uri]));
}

/** Follows a link as VS Code does. */
async function follow(uri = ''): Promise<void> {
  const [, command = '', query = ''] = /^command:([\w.]+)\?(.+)$/.exec(uri) ?? [];
  await commands.executeCommand(command, ...(JSON.parse(decodeURIComponent(query)) as unknown[]));
}

describe('the tooltip of a row', () => {
  let window: CommandWindow;

  beforeEach(async () => {
    window = await CommandWindow.open([aProvider(ID, { name: 'Hotel' })]);
  });
  afterEach(async () => {
    await window.close();
  });

  it('shows each line as it is, whatever it contains', () => {
    const lines = ['[Hotel](command:evil)', '**b** <i>', 'https://example.com'];
    const { value, isTrusted } = rowTooltipMarkdown(lines, { serviceProviderId: ID, isMapped: false });
    expect(value.split('\n\n')[0]).toBe(
      '\\[Hotel\\]\\(command\\:evil\\)  \n\\*\\*b\\*\\* \\<i\\>  \nhttps\\:\\/\\/example\\.com',
    );
    expect(isTrusted).toEqual({
      enabledCommands: ['alexaNetworkMapping.copyServiceProviderId', 'alexaNetworkMapping.copySkillId'],
    });
  });

  it('copies the service provider ID, and the skill ID if it is mapped', async () => {
    window.service.mappings.set(ID, mappedTo(SKILL));
    await window.run('refresh');
    const links = linksIn(rowTooltipMarkdown(['Hotel'], { serviceProviderId: ID, isMapped: true }));
    expect(Object.keys(links)).toEqual(['Copy Service Provider ID', 'Copy Skill ID']);
    await follow(links['Copy Service Provider ID']);
    expect(env.clipboard.text).toBe(ID);
    await follow(links['Copy Skill ID']);
    expect(env.clipboard.text).toBe(SKILL);
  });

  it('offers no skill ID without a mapping', () => {
    const links = linksIn(rowTooltipMarkdown(['Hotel'], { serviceProviderId: ID, isMapped: false }));
    expect(Object.keys(links)).toEqual(['Copy Service Provider ID']);
  });
});
