import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** More than any workspace is expected to have. */
const FOLDERS = 50;
const SKILLS_OF_FOLDER = 20;

export const SKILLS_TEXT = `${(FOLDERS * SKILLS_OF_FOLDER).toLocaleString('en')} skills in ${FOLDERS} folders`;

/** The files of a project, relative to it. */
export const PROJECT_FILES = ['.ask/ask-states.json', 'skill-package/skill.json'] as const;

/** Writes skill projects below a folder, each with a manifest for all of its profiles; resolves with their folders. */
export async function writeSkillProjects(below: string): Promise<string[]> {
  const folders = Array.from({ length: FOLDERS }, (_each, index) => path.join(below, `skills/project-${index}`));
  for (const [index, folder] of folders.entries()) {
    const profiles = Array.from({ length: SKILLS_OF_FOLDER }, (_each, profile) => {
      const skillId = `amzn1.ask.skill.${randomUUID()}`;
      return [`profile-${profile}`, { skillId, skillMetadata: { lastImportStatus: 'SUCCEEDED' } }] as const;
    });
    const locales = ['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT'].map((locale) => {
      return [locale, { name: `Guest Calling ${index}`, summary: 'Calls the reception. '.repeat(20) }] as const;
    });
    const contents: Readonly<Record<(typeof PROJECT_FILES)[number], object>> = {
      '.ask/ask-states.json': { askcliStatesVersion: '2020-03-31', profiles: Object.fromEntries(profiles) },
      'skill-package/skill.json': {
        manifest: { publishingInformation: { locales: Object.fromEntries(locales) } },
      },
    };
    for (const file of PROJECT_FILES) {
      await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
      await writeFile(path.join(folder, file), JSON.stringify(contents[file], null, 2));
    }
  }
  return folders;
}
