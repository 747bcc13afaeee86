import * as l10n from '@vscode/l10n';
import { isSameSkillId } from '../model/identifiers';
import { isSameMapping, type NetworkMapping } from '../model/networkMapping';
import type { WorkspaceSkill } from '../skills/skillNames';
import { sanitizeText } from '../text/sanitizeText';
import type { FileProblem, MappingFile, SkillReference, TextSpan } from './mappingFile';

/** A mapping file with the path that it is shown with. */
export interface NamedMappingFile {
  readonly path: string;
  readonly file: MappingFile;
}

/** What the files want of one service provider. */
export interface DesiredMapping {
  readonly serviceProviderId: string;
  readonly name?: string;
  readonly account?: string;
  readonly target: NetworkMapping;
  /** Where a file says so, in the order of the files. */
  readonly places: readonly (TextSpan & { readonly path: string })[];
}

export interface ResolvedMappingFiles {
  /** In the order of the files and their entries, those of `absent` after those of `mappings`. */
  readonly desired: readonly DesiredMapping[];
  /** Those of the files, and those of what they refer to. */
  readonly problems: readonly (FileProblem & { readonly path: string })[];
}

/** One place that wants something. */
type Wanted = Omit<DesiredMapping, 'places'> & { readonly place: DesiredMapping['places'][number] };

/**
 * Returns what several files want of each service provider, each once. Files may have a service provider in common if
 * they agree on its skill and account.
 *
 * @param skills of the skill projects of the workspace, which `${profile:NAME}` refers to
 */
export function resolveMappingFiles(
  files: readonly NamedMappingFile[],
  skills: readonly WorkspaceSkill[],
): ResolvedMappingFiles {
  const problems = files.flatMap(({ path, file }) => file.problems.map((problem) => ({ ...problem, path })));
  const report = (place: DesiredMapping['places'][number], message: string) =>
    problems.push({ kind: 'meaning', severity: 'error', message, ...place });
  const desired = new Map<string, Wanted & { places: Wanted['place'][] }>();
  for (const wanted of files.flatMap((file) => wantedOf(file, skills, report))) {
    const { serviceProviderId: id, place } = wanted;
    const earlier = desired.get(id);
    if (!earlier) desired.set(id, { ...wanted, places: [place] });
    else if (isSameMapping(earlier.target, wanted.target) && earlier.account === wanted.account) {
      desired.set(id, { ...wanted, ...earlier, places: [...earlier.places, place] });
    } else {
      for (const [at, other] of [
        [place, earlier.place],
        [earlier.place, place],
      ] as const) {
        const path = sanitizeText(other.path);
        report(
          at,
          earlier.account === wanted.account
            ? l10n.t('{0} has another skill for this service provider.', path)
            : l10n.t('{0} has another account for this service provider.', path),
        );
      }
    }
  }
  return { desired: [...desired.values()].map(({ place: _first, ...each }) => each), problems };
}

function wantedOf(
  { path, file }: NamedMappingFile,
  skills: readonly WorkspaceSkill[],
  report: (place: Wanted['place'], message: string) => void,
): Wanted[] {
  const account = file.account === undefined ? {} : { account: file.account };
  const mapped = file.mappings.flatMap(({ serviceProviderId, name, skill, idSpan, skillSpan }): Wanted[] => {
    const found = skillIdOf(skill, skills);
    if ('problem' in found) {
      report({ path, ...skillSpan }, found.problem);
      return [];
    }
    const target: NetworkMapping = { type: 'mapped', skillId: found.skillId };
    return [{ serviceProviderId, ...(name !== undefined && { name }), ...account, target, place: { path, ...idSpan } }];
  });
  const absent = file.absent.map(({ serviceProviderId, span }): Wanted => ({
    serviceProviderId,
    ...account,
    target: { type: 'notMapped' },
    place: { path, ...span },
  }));
  return [...mapped, ...absent];
}

/** Returns the ID of the skill that an entry refers to, or why there is none. */
export function skillIdOf(
  skill: SkillReference,
  skills: readonly WorkspaceSkill[],
): { readonly skillId: string } | { readonly problem: string } {
  if (skill.type === 'id') return skill;
  const profile = sanitizeText(skill.profile, 60);
  const found = skills.filter(({ source }) => source.profile === skill.profile);
  const [first] = found;
  if (!first) {
    return {
      problem: l10n.t('No skill project of the workspace has a skill for the profile {0}. Deploy it first.', profile),
    };
  }
  const other = found.find(({ id }) => !isSameSkillId(id, first.id));
  if (!other) return { skillId: first.id };
  return {
    problem: l10n.t(
      'The skill projects {0} and {1} have different skills for the profile {2}. Write the ID of the skill instead.',
      sanitizeText(first.source.folder),
      sanitizeText(other.source.folder),
      profile,
    ),
  };
}
