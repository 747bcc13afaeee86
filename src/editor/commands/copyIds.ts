import * as vscode from 'vscode';
import { SUCCEEDED, type Command } from '../commandRunner/command';
import { resolveTargets } from '../commandRunner/targets';

/** Copies the IDs of service providers, one per line. */
export const copyServiceProviderId: Command<'copyServiceProviderId'> = {
  async run(call, services) {
    const ids = await resolveTargets(call, services, { title: vscode.l10n.t('Copy Service Provider ID') });
    if ('type' in ids) return ids;
    await vscode.env.clipboard.writeText(ids.join('\n'));
    return SUCCEEDED;
  },
};

/** Copies the IDs of the skills that service providers are mapped to, one per line, without duplicates. */
export const copySkillId: Command<'copySkillId'> = {
  async run(call, services) {
    const skillOf = (id: string) => {
      const mapping = services.providers.status(id).lastKnown?.mapping;
      return mapping?.type === 'mapped' ? mapping.skillId : undefined;
    };
    const noneMapped = vscode.l10n.t(
      'There is no skill ID to copy: the selection is not mapped, or has not been read yet.',
    );
    const ids = await resolveTargets(call, services, {
      title: vscode.l10n.t('Copy Skill ID'),
      isEligible: ({ id }) => skillOf(id) !== undefined,
      noneEligibleMessage: noneMapped,
    });
    if ('type' in ids) return ids;
    const skillIds = new Set(ids.flatMap((id) => skillOf(id) ?? []));
    if (skillIds.size === 0) return { type: 'rejected', message: noneMapped };
    await vscode.env.clipboard.writeText([...skillIds].join('\n'));
    return SUCCEEDED;
  },
};
