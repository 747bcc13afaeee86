import * as vscode from 'vscode';
import { planImport, type ImportPlan } from '../../core/providerList/fileImport';
import type { ProviderListFile } from '../../core/providerList/providerListFile';
import { previewImport, type ImportSource } from '../prompts/previewImport';
import { planMappings } from '../../core/operations/planMappings';
import { DISMISSED, SUCCEEDED, type CommandContext, type CommandOutcome } from './command';
import { ensureSignedIn } from './ensureSignedIn';
import { runMappingOperation, sendersNow } from './mappingOperation';
import { notifyOutcome } from './notifyOutcome';
import { withSettingsErrors } from './settingsErrors';

/**
 * Adds service providers to the list in the settings after a preview, in a single write that can be undone.
 *
 * @param openAt shows a line of the source, from 1
 */
export async function importList(
  file: ProviderListFile,
  source: ImportSource,
  openAt: (line: number) => Promise<CommandOutcome>,
  services: CommandContext,
): Promise<CommandOutcome> {
  const inSetting = services.providers.entries.filter((each) => each.type === 'invalid' || each.file === undefined);
  const plan = planImport(file, inSetting);
  const nothing = nothingToDo(plan, source.isPasted);
  if (nothing !== undefined) return { type: 'rejected', message: nothing };
  const choice = await previewImport(source, plan);
  if (choice === undefined) return DISMISSED;
  if (typeof choice === 'object') return openAt(choice.line);
  if (choice !== 'addAndMap') return merge(plan, choice === 'addAndUpdate', services);
  if (plan.additions.length > 0) {
    const added = await merge(plan, false, services);
    if (added.type !== 'succeeded') return added;
    // Do not wait for the user to close the message.
    void notifyOutcome(added, services);
  }
  return mapAsListed(plan.skills, services);
}

/**
 * Maps service providers to the skills of a file, whatever they are mapped to now, after confirmation of each change.
 *
 * @param skills by service provider ID
 */
async function mapAsListed(skills: ReadonlyMap<string, string>, services: CommandContext): Promise<CommandOutcome> {
  if (!(await ensureSignedIn(services))) return DISMISSED;
  const wanted = new Map([...skills].map(([id, skillId]) => [id, { type: 'mapped', skillId } as const]));
  const ids = [...skills.keys()];
  return runMappingOperation(
    {
      ids,
      senders: sendersNow(ids, services),
      source: { type: 'internal' },
      plan: (current) => planMappings(wanted, current),
      asks: () => true,
      retry: async (again) => {
        const left = new Set(again);
        await notifyOutcome(await mapAsListed(new Map([...skills].filter(([id]) => left.has(id))), services), services);
      },
    },
    services,
  );
}

function nothingToDo(
  { additions, alreadyListed, skills, problems }: ImportPlan,
  isPasted: true | undefined,
): string | undefined {
  if (additions.length + problems.length + skills.size > 0 || alreadyListed.some(({ differs }) => differs)) {
    return undefined;
  }
  if (isPasted) {
    return alreadyListed.length === 1
      ? vscode.l10n.t('The pasted service provider is already in your list.')
      : vscode.l10n.t('All {0} pasted service providers are already in your list.', alreadyListed.length);
  }
  return alreadyListed.length === 0
    ? vscode.l10n.t('The file contains no service providers.')
    : alreadyListed.length === 1
      ? vscode.l10n.t('The service provider in the file is already in your list.')
      : vscode.l10n.t('All {0} service providers in the file are already in your list.', alreadyListed.length);
}

async function merge(plan: ImportPlan, update: boolean, services: CommandContext): Promise<CommandOutcome> {
  const additions = plan.additions.map(({ entry }) => entry);
  const updates = plan.alreadyListed.filter(({ differs }) => update && differs).map(({ entry }) => entry);
  return withSettingsErrors(async () => {
    const { added, updated, restore: putBack } = await services.setting.merge(additions, updates);
    if (added === 0 && updated === 0) {
      return {
        type: 'succeeded',
        message: vscode.l10n.t('The list already contains all of this. Nothing was changed.'),
      };
    }
    const undo = async () => {
      const outcome = await withSettingsErrors(async () => {
        await putBack();
        return SUCCEEDED;
      });
      await notifyOutcome(outcome, services);
    };
    return {
      type: 'succeeded',
      message: merged(added, updated),
      actions: [{ label: vscode.l10n.t('Undo'), run: undo }],
    };
  });
}

function merged(added: number, updated: number): string {
  if (added === 0) {
    return updated === 1
      ? vscode.l10n.t('Updated 1 service provider in the list.')
      : vscode.l10n.t('Updated {0} service providers in the list.', updated);
  }
  if (updated === 0) {
    return added === 1
      ? vscode.l10n.t('Added 1 service provider to the list.')
      : vscode.l10n.t('Added {0} service providers to the list.', added);
  }
  return added === 1
    ? vscode.l10n.t('Added 1 service provider to the list, and updated {0}.', updated)
    : vscode.l10n.t('Added {0} service providers to the list, and updated {1}.', added, updated);
}
