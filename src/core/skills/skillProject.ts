import path from 'node:path';
import { parse } from 'jsonc-parser';
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

/** A skill, and the file with its manifest. */
interface SkillOfProfile {
  readonly id: string;
  readonly profile: string;
  readonly manifest: string;
}

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
): Promise<WorkspaceSkill[]> {
  const [states, resources, config] = await Promise.all([
    read('.ask/ask-states.json'),
    read('ask-resources.json'),
    read('.ask/config'),
  ]);
  const packages = resources === undefined ? new Map<string, string>() : packagesIn(resources);
  const skills: SkillOfProfile[] = [
    ...(states === undefined ? [] : skillIdsIn(states)).map(({ id, profile }) => ({
      id,
      profile,
      manifest: path.posix.join(packages.get(profile) ?? DEFAULT_PACKAGE, 'skill.json'),
    })),
    ...(config === undefined ? [] : skillIdsIn(config)).map((each) => ({ ...each, manifest: 'skill.json' })),
  ];
  const names = new Map<string, Promise<string | undefined>>();
  const nameIn = async (manifest: string) => {
    const text = await read(manifest);
    return text === undefined ? undefined : skillNameOf(text, language);
  };
  return Promise.all(
    skills.map(async ({ id, profile, manifest }) => {
      // Several profiles have one manifest.
      const reading = names.get(manifest) ?? nameIn(manifest);
      names.set(manifest, reading);
      const name = await reading;
      return { id, ...(name !== undefined && { name }), source: { folder, profile } };
    }),
  );
}

/** Returns the skill of each profile in the text of `.ask/ask-states.json`, or of version 1's `.ask/config`. */
function skillIdsIn(text: string): { readonly id: string; readonly profile: string }[] {
  const root = parsed(text);
  const inVersion1 = membersOf(member(root, 'deploy_settings')).map(([profile, each]) => ({
    profile,
    id: member(each, 'skill_id'),
  }));
  const inVersion2 = membersOf(member(root, 'profiles')).map(([profile, each]) => ({
    profile,
    id: member(each, 'skillId'),
  }));
  return [...inVersion2, ...inVersion1].flatMap(({ profile, id }) => {
    const skillId = skillIdIn(id);
    const name = skillNameIn(profile);
    return skillId === undefined || name === undefined || profile === PROFILE_OF_ENVIRONMENT
      ? []
      : [{ id: skillId, profile: name }];
  });
}

/** Returns the folder of the skill package of each profile in the text of an `ask-resources.json`, relative to it. */
function packagesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    membersOf(member(parsed(text), 'profiles')).flatMap(([profile, each]) => {
      const source = member(member(each, 'skillMetadata'), 'src');
      return typeof source === 'string' ? [[profile, source.replaceAll('\\', '/')] as const] : [];
    }),
  );
}

/**
 * Returns the name of a skill from the text of its manifest, `skill.json`: in the language if it has one, otherwise in US
 * English, otherwise the first; undefined if it has none that can be used.
 */
function skillNameOf(text: string, language: string): string | undefined {
  const information = member(member(parsed(text), 'manifest'), 'publishingInformation');
  const locales = membersOf(member(information, 'locales'));
  const wanted = language.toLowerCase();
  const rank = ([locale]: readonly [string, unknown]) => {
    const lower = locale.toLowerCase();
    if (lower === wanted) return 0;
    if (lower === 'en-us') return wanted.startsWith('en') ? 1 : 3;
    return lower.split('-')[0] === wanted.split('-')[0] ? 2 : 4;
  };
  for (const [, each] of locales.sort((one, other) => rank(one) - rank(other))) {
    const name = skillNameIn(member(each, 'name'));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Parses JSON with comments as far as possible; undefined if nothing of it can be used. */
function parsed(text: string): unknown {
  try {
    return parse(text.replace(/^\ufeff/, ''), [], { allowTrailingComma: true });
  } catch {
    // Nested too deeply.
    return undefined;
  }
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function member(value: unknown, name: string): unknown {
  return membersOf(value).find(([key]) => key === name)?.[1];
}
