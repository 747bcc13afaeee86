import path from 'node:path';
import { hasCallingPermission } from './skillManifest';
import { memberOf, membersOf, parseJsonTree, type JsonNode } from './jsonTree';
import { skillIdIn, skillNameIn } from './skillsSetting';
import type { WorkspaceSkill } from './skillNames';

/** The files with the IDs of a project's skills, relative to its folder. */
export const SKILL_ID_FILES = ['.ask/ask-states.json', '.ask/config'] as const;

/** The files with the names of skills, and the one that says where these are. */
export const SKILL_NAME_FILES = ['skill.json', 'ask-resources.json'] as const;

/** The profile that the Alexa Skills Kit CLI uses in continuous integration. It has no skill of its own. */
const PROFILE_OF_ENVIRONMENT = '__ENVIRONMENT_ASK_PROFILE__';

/** Where `ask new` puts the skill package. */
const DEFAULT_PACKAGE = 'skill-package';

/** A skill of a project. */
export interface ProjectSkill extends WorkspaceSkill {
  /** The path of the file with its manifest, relative to the project's folder. */
  readonly manifest: string;
}

/** The ID of a profile's skill. */
interface SkillId {
  readonly id: string;
  readonly profile: string;
  /** Where it is in the text. */
  readonly offset: number;
}

type ManifestContents = Pick<WorkspaceSkill, 'name' | 'hasPermission'>;

/**
 * Reads the skills of a project of the Alexa Skills Kit CLI, version 2 or 1, as far as its files can be used.
 *
 * @param folder the project's folder, as it is shown
 * @param read returns the text of a file, whose path is relative to the folder, with `/` between its parts; undefined if
 *   there is none
 * @param language VS Code's language, such as `de`, which a skill's name is preferred in
 * @see https://developer.amazon.com/en-US/docs/alexa/smapi/ask-cli-intro.html
 */
export async function readSkillProject(
  folder: string,
  read: (file: string) => Promise<string | undefined>,
  language: string,
): Promise<ProjectSkill[]> {
  const [states, resources, config] = await Promise.all([
    read('.ask/ask-states.json'),
    read('ask-resources.json'),
    read('.ask/config'),
  ]);
  const packages = resources === undefined ? new Map<string, string>() : packagesIn(resources);
  const skills = [
    ...(states === undefined ? [] : skillIdsIn(states)).map(({ id, profile }) => ({
      id,
      profile,
      manifest: path.posix.join(packages.get(profile) ?? DEFAULT_PACKAGE, 'skill.json'),
    })),
    ...(config === undefined ? [] : skillIdsIn(config)).map((each) => ({ ...each, manifest: 'skill.json' })),
  ];
  const contents = new Map<string, Promise<ManifestContents>>();
  const contentsOf = async (manifest: string) => {
    const text = await read(manifest);
    return text === undefined ? {} : readManifest(text, language);
  };
  return Promise.all(
    skills.map(async ({ id, profile, manifest }) => {
      // Several profiles have one manifest.
      const reading = contents.get(manifest) ?? contentsOf(manifest);
      contents.set(manifest, reading);
      return { id, ...(await reading), source: { folder, profile }, manifest };
    }),
  );
}

/** Returns the skill of each profile in the text of `.ask/ask-states.json`, or of version 1's `.ask/config`. */
export function skillIdsIn(text: string): readonly SkillId[] {
  const root = parseJsonTree(text);
  const inVersion1 = membersOf(memberOf(root, 'deploy_settings')).map(([profile, each]) => ({
    profile,
    id: memberOf(each, 'skill_id'),
  }));
  const inVersion2 = membersOf(memberOf(root, 'profiles')).map(([profile, each]) => ({
    profile,
    id: memberOf(each, 'skillId'),
  }));
  return [...inVersion2, ...inVersion1].flatMap(({ profile, id }) => {
    const skillId = skillIdIn(id?.value);
    const name = skillNameIn(profile);
    return id === undefined || skillId === undefined || name === undefined || profile === PROFILE_OF_ENVIRONMENT
      ? []
      : [{ id: skillId, profile: name, offset: id.offset }];
  });
}

/** Returns the folder of the skill package of each profile in the text of an `ask-resources.json`, relative to it. */
function packagesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    membersOf(memberOf(parseJsonTree(text), 'profiles')).flatMap(([profile, each]) => {
      const source: unknown = memberOf(memberOf(each, 'skillMetadata'), 'src')?.value;
      return typeof source === 'string' ? [[profile, source.replaceAll('\\', '/')] as const] : [];
    }),
  );
}

/** Returns what is used of a skill's manifest, the text of a `skill.json`. */
function readManifest(text: string, language: string): ManifestContents {
  const manifest = memberOf(parseJsonTree(text), 'manifest');
  if (manifest === undefined) return {};
  const name = skillNameOf(manifest, language);
  return { ...(name !== undefined && { name }), hasPermission: hasCallingPermission(manifest) };
}

/**
 * Returns the name of a skill from its manifest: in the language if it has one, otherwise in US English, otherwise the
 * first; undefined if it has none that can be used.
 */
function skillNameOf(manifest: JsonNode, language: string): string | undefined {
  const information = memberOf(manifest, 'publishingInformation');
  const locales = membersOf(memberOf(information, 'locales'));
  const wanted = language.toLowerCase();
  const rank = ([locale]: readonly [string, unknown]) => {
    const lower = locale.toLowerCase();
    if (lower === wanted) return 0;
    if (lower === 'en-us') return wanted.startsWith('en') ? 1 : 3;
    return lower.split('-')[0] === wanted.split('-')[0] ? 2 : 4;
  };
  for (const [, each] of [...locales].sort((one, other) => rank(one) - rank(other))) {
    const name = skillNameIn(memberOf(each, 'name')?.value);
    if (name !== undefined) return name;
  }
  return undefined;
}
