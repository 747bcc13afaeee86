import { FIELDS, type ConfiguredEntry, type ConfiguredProvider } from '../model/configuredProviders';
import type { ParsedProvider, ProviderListFile } from './providerListFile';
import type { LineProblem } from './fileEntries';

/** A service provider of the file that is already in the list. */
export interface AlreadyListed extends ParsedProvider {
  readonly inList: ConfiguredProvider;
  /** Whether a field has another value in the file; one that the file lacks does not count. */
  readonly differs: boolean;
}

/** What an import would do and skip. */
export interface ImportPlan {
  readonly additions: readonly ParsedProvider[];
  readonly alreadyListed: readonly AlreadyListed[];
  /** The skill that each service provider is to be mapped to, by its ID, where the file says so. */
  readonly skills: ReadonlyMap<string, string>;
  readonly problems: readonly LineProblem[];
  readonly ignored: readonly string[];
}

/** Compares a file with the list. */
export function planImport(file: ProviderListFile, list: readonly ConfiguredEntry[]): ImportPlan {
  const known = new Map(list.flatMap((entry) => (entry.type === 'provider' ? [[entry.id, entry]] : [])));
  const additions: ParsedProvider[] = [];
  const alreadyListed: AlreadyListed[] = [];
  for (const each of file.listed) {
    const inList = known.get(each.provider.id);
    if (inList) alreadyListed.push({ ...each, inList, differs: differs(each.provider, inList) });
    else additions.push(each);
  }
  const skills = new Map(
    file.listed.flatMap(({ provider: { id }, skillId }) => (skillId === undefined ? [] : [[id, skillId] as const])),
  );
  return { additions, alreadyListed, skills, problems: file.problems, ignored: file.ignored };
}

function differs(inFile: ConfiguredProvider, inList: ConfiguredProvider): boolean {
  return FIELDS.some((field) => inFile[field] !== undefined && inFile[field] !== inList[field]);
}
