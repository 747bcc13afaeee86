import pLimit from 'p-limit';
import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import type { SkillNames, WorkspaceSkill } from '../../core/skills/skillNames';
import { readSkillProject, SKILL_ID_FILES, SKILL_NAME_FILES } from '../../core/skills/skillProject';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { watchSkillDocuments } from './skillDocuments';
import { INSTALLED, isInstalled, type SkillManifests } from './skillFiles';
import { onDidChangeNamedSkills, readNamedSkills } from '../settings/skillsSetting';

/** The files with skill IDs, and those that their names depend on. VS Code supports no braces inside of others. */
const FILES = [...SKILL_ID_FILES, ...SKILL_NAME_FILES];
const SKILL_IDS = `**/{${SKILL_ID_FILES.join(',')}}`;
const ALL_FILES = `**/{${FILES.join(',')}}`;

/** More than any workspace has: each costs a few small reads. */
const MAX_FILES = 1_000;

/** Files that are read at the same time. */
const CONCURRENCY = 8;

/** More than the largest manifest. Bytes. */
const MAX_FILE_SIZE = 1_000_000;

/** The least time between two searches of the workspace, as when a branch with many files is checked out. Milliseconds. */
const REST_MS = 1_000;

/**
 * Keeps the names of skills up to date: with the `skills` setting, and, once the workspace is trusted, with the skill
 * projects in it, as their files change. Then it also shows in these files which service providers the skills handle.
 */
export function followSkills(names: SkillNames, providers: MappingStore): vscode.Disposable {
  const configure = () => {
    names.setConfigured(readNamedSkills());
  };
  configure();
  const projects = new SkillProjects(providers);
  const read = projects.onDidRead((skills) => {
    names.setWorkspaceSkills(skills);
  });
  return vscode.Disposable.from(onDidChangeNamedSkills(configure), read, projects);
}

/** Finds the skill projects of the workspace, and reads them again when one of their files may have changed. */
class SkillProjects implements SkillManifests, vscode.Disposable {
  private readonly reads = new vscode.EventEmitter<readonly WorkspaceSkill[]>();
  /** Fires with the skills of all projects, in the order of the projects. */
  readonly onDidRead = this.reads.event;
  /** The skills of all projects, by the address of their manifest. */
  private readonly byManifest = new Map<string, WorkspaceSkill[]>();
  private readonly disposables: vscode.Disposable[] = [];
  /** The paths of the files with skill IDs that were found. */
  private found: readonly string[] = [];
  private reading: Promise<void> = Promise.resolve();
  private isDisposed = false;
  private readonly search = new Coalescer(() => {
    this.reading = this.reading
      .then(() => this.read())
      .catch(() => {
        // Not every file system can be searched: then the names stay as they are.
      });
    return REST_MS;
  });

  constructor(private readonly providers: MappingStore) {
    if (vscode.workspace.isTrusted) this.start();
    else
      this.disposables.push(
        vscode.workspace.onDidGrantWorkspaceTrust(() => {
          this.start();
        }),
      );
  }

  skillsOf(manifest: vscode.Uri): readonly WorkspaceSkill[] {
    return this.skillsAt(manifest.toString());
  }

  dispose(): void {
    this.isDisposed = true;
    this.search.dispose();
    this.reads.dispose();
    for (const each of this.disposables) each.dispose();
  }

  private start(): void {
    const search = () => {
      if (!this.isDisposed) this.search.request();
    };
    const onFile = (uri: vscode.Uri) => {
      if (!isInstalled(uri)) search();
    };
    const files = vscode.workspace.createFileSystemWatcher(ALL_FILES);
    // Of a folder that is added, removed or renamed, VS Code may report only the folder.
    const folders = vscode.workspace.createFileSystemWatcher('**', false, true);
    this.disposables.push(
      files,
      files.onDidCreate(onFile),
      files.onDidChange(onFile),
      files.onDidDelete(onFile),
      folders,
      folders.onDidCreate(async (uri) => {
        if (isInstalled(uri) || !(await isFolder(uri))) return;
        // Its files may not have been written yet.
        setTimeout(search, REST_MS).unref();
      }),
      folders.onDidDelete(({ path }) => {
        if (this.found.some((file) => file.startsWith(`${path}/`))) search();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(search),
      // On Linux, VS Code does not watch folders that were created together with the folder they are in.
      // https://github.com/microsoft/vscode/issues/142694
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (FILES.some((file) => uri.path.endsWith(`/${file}`))) onFile(uri);
      }),
      watchSkillDocuments(this, this.providers),
    );
    search();
  }

  private async read(): Promise<void> {
    const files = await vscode.workspace.findFiles(SKILL_IDS, `**/${INSTALLED}/**`, MAX_FILES);
    this.found = files.map(({ path }) => path);
    const folders = new Map(
      files.map((file) => vscode.Uri.joinPath(file, '../..')).map((folder) => [folder.toString(), folder]),
    );
    const limit = pLimit(CONCURRENCY);
    const inOrder = [...folders.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
    const projects = await Promise.all(
      inOrder.map(async (folder) => {
        const read = (file: string) => limit(() => readText(vscode.Uri.joinPath(folder, file)));
        return { folder, skills: await readSkillProject(nameOf(folder), read, vscode.env.language) };
      }),
    );
    if (this.isDisposed) return;
    this.byManifest.clear();
    for (const { folder, skills } of projects) {
      for (const skill of skills) {
        const manifest = vscode.Uri.joinPath(folder, skill.manifest).toString();
        this.byManifest.set(manifest, [...this.skillsAt(manifest), skill]);
      }
    }
    this.reads.fire(projects.flatMap(({ skills }) => skills));
  }

  private skillsAt(manifest: string): readonly WorkspaceSkill[] {
    return this.byManifest.get(manifest) ?? [];
  }
}

/** Returns a folder as VS Code shows it. */
function nameOf(folder: vscode.Uri): string {
  const isOfWorkspace = ({ uri }: vscode.WorkspaceFolder) => uri.toString() === folder.toString();
  return vscode.workspace.workspaceFolders?.find(isOfWorkspace)?.name ?? vscode.workspace.asRelativePath(folder);
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.Directory;
  } catch {
    // It is gone again.
    return false;
  }
}

/** Returns the text of a file; undefined if it cannot be read. */
async function readText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.length > MAX_FILE_SIZE ? undefined : new TextDecoder().decode(bytes);
  } catch {
    // There is none, or it is not to be read: then the skill has no name.
    return undefined;
  }
}
