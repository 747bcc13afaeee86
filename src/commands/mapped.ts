import * as vscode from 'vscode';
import type { Ending, Services } from './command';
import type { MappingNow } from './mappingsNow';
import { nameOf } from './nameOf';
import { run } from './run';

/** A service provider and the skill that handles its calls now. */
export interface Mapped {
  readonly serviceProviderId: string;
  readonly name: string;
  readonly skillId: string;
}

export function mappedOnly(now: readonly MappingNow[]): Mapped[] {
  return now.flatMap(({ serviceProviderId, name, mapping }) =>
    mapping.type === 'mapped' ? [{ serviceProviderId, name, skillId: mapping.skillId }] : [],
  );
}

/** The ending of a command for mapped service providers that found none. */
export function nothingMapped(ids: readonly string[], services: Services, skillId?: string): Ending {
  return {
    type: 'refused',
    message: vscode.l10n.t('{0}: nothing is mapped.', nameOf(ids, services)),
    offer: {
      label: vscode.l10n.t('Map to Skill…'),
      run: () => run('createMapping', { serviceProviderIds: ids, ...(skillId !== undefined && { skillId }) }),
    },
  };
}

/** Says how many were left out because they turned out not to be mapped. */
export function leftOut(count: number): string | undefined {
  return count > 0 ? vscode.l10n.t('{0} not mapped.', count) : undefined;
}
