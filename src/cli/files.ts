import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseMappingFile } from '../core/mappingFile/mappingFile';
import {
  resolveMappingFiles,
  type DesiredMapping,
  type NamedMappingFile,
  type ResolvedMappingFiles,
} from '../core/mappingFile/resolveMappingFiles';
import { readSkillProject } from '../core/skills/skillProject';
import type { WorkspaceSkill } from '../core/skills/skillNames';
import { sanitizeText } from '../core/text/sanitizeText';

/** What the files want, which all belongs to one account. */
interface Desired {
  readonly mappings: readonly DesiredMapping[];
  readonly account?: string;
  /** One line each. */
  readonly warnings: readonly string[];
}

/** Enough for some 20,000 mappings with names; a larger file is something else. Bytes. */
const MAX_FILE_BYTES = 5_000_000;

/** More than the largest manifest of a skill. Bytes. */
const MAX_SKILL_FILE_BYTES = 1_000_000;

/**
 * Reads mapping files, and the skill projects that they refer to.
 *
 * @param folder where skill projects are searched for: the current one
 * @returns one line for each problem, with file, line and column where there is one
 */
export async function readMappingFiles(
  paths: readonly string[],
  folder: string,
): Promise<Desired | { readonly problems: readonly string[] }> {
  const texts = new Map<string, string>();
  const unreadable: string[] = [];
  for (const file of new Set(paths)) {
    const text = await readText(path.resolve(folder, file), MAX_FILE_BYTES);
    if (typeof text === 'string') texts.set(file, text);
    else unreadable.push(`${sanitizeText(file)}: ${text.problem}`);
  }
  if (unreadable.length > 0) return { problems: unreadable };
  const files = [...texts].map(([file, text]): NamedMappingFile => ({ path: file, file: parseMappingFile(text) }));
  const refersToProfiles = files.some(({ file }) => file.mappings.some(({ skill }) => skill.type === 'profile'));
  const { desired, problems } = resolveMappingFiles(files, refersToProfiles ? await findSkills(folder) : []);
  const lines = (severity: 'error' | 'warning') =>
    problems.flatMap((problem) => (problem.severity === severity ? [problemLine(problem, texts)] : []));
  const errors = lines('error');
  if (errors.length > 0) return { problems: errors };
  const accounts = new Set(files.map(({ file }) => file.account));
  if (accounts.size > 1) {
    return { problems: ['The files are for different accounts. Run the command once for each account.'] };
  }
  const [account] = accounts;
  return { mappings: desired, ...(account !== undefined && { account }), warnings: lines('warning') };
}

function problemLine(
  { path: file, start, severity, message }: ResolvedMappingFiles['problems'][number],
  texts: ReadonlyMap<string, string>,
): string {
  const before = (texts.get(file) ?? '').slice(0, start).split(/\r\n|\r|\n/);
  const place = `${sanitizeText(file)}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  return `${place}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** Reads a text in UTF-8, without its byte order mark. */
export async function readText(file: string, maxBytes: number): Promise<string | { readonly problem: string }> {
  try {
    if ((await stat(file)).size > maxBytes) return { problem: 'The file is too large.' };
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { problem: 'The file is not in UTF-8.' };
    return { problem: code === 'ENOENT' ? 'There is no such file.' : `The file could not be read (${code}).` };
  }
}

/** Returns the skills of the skill projects in a folder, except in installed packages and hidden folders. */
async function findSkills(folder: string): Promise<WorkspaceSkill[]> {
  const projects: string[] = [];
  const search = async (current: string): Promise<void> => {
    const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name === 'node_modules') continue;
      if (entry.name === '.ask') projects.push(current);
      else if (!entry.name.startsWith('.')) await search(path.join(current, entry.name));
    }
  };
  await search(folder);
  const found = await Promise.all(
    projects.sort().map((project) => {
      const read = async (file: string) => {
        const text = await readText(path.join(project, file), MAX_SKILL_FILE_BYTES);
        return typeof text === 'string' ? text : undefined;
      };
      return readSkillProject(path.relative(folder, project) || '.', read, 'en');
    }),
  );
  return found.flat();
}
