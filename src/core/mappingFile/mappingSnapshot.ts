import type * as v from 'valibot';
import { checkSkillId } from '../model/identifiers';
import type { ExportedMapping } from '../presentation/mappingExport';
import type { MappingFileJson } from './mappingFileSchema';

/** A mapping file that brings mappings back as they are now. */
interface MappingSnapshot {
  readonly text: string;
  /** How many it has; the others are not known now, or there is no such service provider. */
  readonly count: number;
}

/**
 * Returns a mapping file with what is known now: what is not mapped is under `absent`.
 *
 * @returns undefined if they belong to several accounts, because a file has one
 */
export function mappingSnapshot(exported: readonly ExportedMapping[]): MappingSnapshot | undefined {
  const known = exported.filter(({ state }) => state === 'mapped' || state === 'notMapped');
  const accounts = new Set(known.map(({ account }) => account));
  if (accounts.size > 1) return undefined;
  const [account] = accounts;
  const mappings = known.flatMap(({ serviceProviderId, skillId, name }) =>
    skillId !== undefined && checkSkillId(skillId).ok
      ? [{ serviceProviderId, skillId, ...(name !== undefined && { name }) }]
      : [],
  );
  const absent = known.flatMap(({ serviceProviderId, state }) => (state === 'notMapped' ? serviceProviderId : []));
  const file: v.InferInput<typeof MappingFileJson> = {
    ...(account !== undefined && { account }),
    mappings,
    ...(absent.length > 0 && { absent }),
  };
  return { text: `${JSON.stringify(file, undefined, 2)}\n`, count: mappings.length + absent.length };
}
