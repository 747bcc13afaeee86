import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import {
  comparedAgain,
  compareMappingFile,
  countAgreements,
  type ComparedEntry,
} from '../../core/mappingFile/compareMappingFile';
import { datedCountsText, deviationText, entryLines } from '../../core/mappingFile/comparisonText';
import {
  parseMappingFile,
  type FileProblem,
  type MappingFile,
  type TextSpan,
} from '../../core/mappingFile/mappingFile';
import { resolveMappingFiles } from '../../core/mappingFile/resolveMappingFiles';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { SkillNames } from '../../core/skills/skillNames';
import { escapeMarkdown } from '../../core/text/escapeMarkdown';
import { sanitizeText } from '../../core/text/sanitizeText';
import { formatAge, formatTime } from '../../core/text/relativeTime';
import { commandOf, run } from '../commandRunner/runCommand';
import { deviationFixes } from './deviationFixes';
import { completeIds } from './idCompletion';
import { fileNameOf, isMappingFile, MAPPING_FILES } from './mappingFileName';
import { listOpenFiles, openMappingFiles } from './openFiles';

/** The least time between two updates while mappings are read. Milliseconds. */
const REST_MS = 500;

/** What a mapping file says, and whether the service agrees. */
interface ComparedDocument {
  readonly file: MappingFile;
  readonly problems: readonly FileProblem[];
  entries: readonly ComparedEntry[];
  /** The service providers whose mapping has changed since the entries were compared. */
  readonly changed: Set<string>;
}

/**
 * Shows in each open mapping file what this window knows of the service: above it how many entries agree, at those that do
 * not what the service has, and the mapping of each entry when it is pointed at. The rows of those that differ say so, too.
 * What is shown changes with each mapping that is read or changed. Those that only a file names are listed while it is open. A file is compared once when it is opened; after that, only when the user asks.
 */
export class ComparedDocuments
  implements vscode.CodeLensProvider, vscode.HoverProvider, vscode.CodeActionProvider, vscode.Disposable
{
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changes.event;
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('alexaNetworkMapping.mappingFiles');
  /** The contents of the open mapping files, by address, with the version of the document that they are of. */
  private readonly parsed = new Map<string, { readonly version: number; readonly file: MappingFile }>();
  /** The same for what they are compared to; emptied by all changes but those of single mappings. */
  private readonly comparisons = new Map<string, ComparedDocument>();
  /** The addresses of the files that were compared when they were opened. */
  private readonly wasCompared = new Set<string>();
  /** Whether service providers of a closed file are still listed. */
  private keepsClosed = false;
  private readonly update = new Coalescer(() => {
    this.changes.fire();
    this.diagnose();
    this.compareOpened();
    return REST_MS;
  });
  private readonly disposables: readonly { dispose(): void }[];

  constructor(
    private readonly skills: SkillNames,
    private readonly providers: MappingStore,
  ) {
    const request = () => {
      this.comparisons.clear();
      this.update.request();
    };
    const onMapping = (id: string) => {
      for (const { changed } of this.comparisons.values()) changed.add(id);
      this.update.request();
    };
    const list = () => {
      this.keepsClosed = listOpenFiles(providers);
      request();
    };
    const onDocument = ({ uri }: vscode.TextDocument) => {
      if (isMappingFile(uri)) list();
    };
    const onIdle = () => {
      if (this.keepsClosed) list();
    };
    providers.events.on('providerChanged', onMapping).on('entriesChanged', request).on('idle', onIdle);
    skills.events.on('changed', request).on('workspaceRead', request);
    this.disposables = [
      vscode.languages.registerCodeLensProvider({ pattern: MAPPING_FILES }, this),
      vscode.languages.registerHoverProvider({ pattern: MAPPING_FILES }, this),
      vscode.languages.registerCodeActionsProvider({ pattern: MAPPING_FILES }, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
      vscode.languages.registerCompletionItemProvider(
        { pattern: MAPPING_FILES },
        {
          provideCompletionItems: (document, position) => completeIds(document, position, skills, providers),
        },
        '"',
      ),
      vscode.workspace.onDidOpenTextDocument(onDocument),
      // Also when it was saved.
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (!document.isDirty) onDocument(document);
        else if (isMappingFile(document.uri)) request();
      }),
      vscode.window.tabGroups.onDidChangeTabs(({ opened, closed }) => {
        if (opened.length + closed.length > 0) list();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.parsed.delete(uri.toString());
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(list),
      vscode.window.onDidChangeVisibleTextEditors(request),
      new vscode.Disposable(() => {
        providers.events.off('providerChanged', onMapping).off('entriesChanged', request).off('idle', onIdle);
        skills.events.off('changed', request).off('workspaceRead', request);
        providers.setDifferences(new Map());
        providers.setFileProviders([]);
      }),
      this.update,
      this.changes,
      this.diagnostics,
    ];
    list();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!isMappingFile(document.uri)) return [];
    const { entries } = this.compared(document);
    const { language } = vscode.env;
    const file = document.uri;
    const counts = datedCountsText(countAgreements(entries), (ms) => formatTime(ms, Date.now(), language), language);
    const start = new vscode.Position(0, 0);
    const lens = (command: vscode.Command) => new vscode.CodeLens(new vscode.Range(start, start), command);
    return [
      // Without a command, VS Code draws it as text.
      lens({ title: counts, command: '' }),
      lens(
        commandOf(
          'compareMappingFile',
          vscode.l10n.t('Compare with Service'),
          { file },
          vscode.l10n.t('Read the mappings of the service providers in this file'),
        ),
      ),
      lens(
        commandOf(
          'applyMappingFile',
          vscode.l10n.t('Apply to Service…'),
          { file },
          vscode.l10n.t('Show what would be changed, and change it after you have confirmed it'),
        ),
      ),
      lens(
        commandOf(
          'updateMappingFile',
          vscode.l10n.t('Update from Service…'),
          { file },
          vscode.l10n.t('Write the mappings that the service has into this file'),
        ),
      ),
    ];
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!isMappingFile(document.uri)) return undefined;
    const offset = document.offsetAt(position);
    const entry = this.compared(document).entries.find(
      ({ entrySpan: { start, end } }) => start <= offset && offset < end,
    );
    if (!entry) return undefined;
    const { language } = vscode.env;
    const lines = entryLines(
      entry,
      this.skills,
      (ms) => formatAge(ms, Date.now(), language) ?? formatTime(ms, Date.now(), language),
    );
    // Two spaces end a line within a paragraph.
    const text = new vscode.MarkdownString(lines.map(escapeMarkdown).join('  \n'));
    return new vscode.Hover(text, rangeOf(document, entry.entrySpan));
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!isMappingFile(document.uri) || !vscode.workspace.isTrusted) return [];
    const { file, entries } = this.compared(document);
    // A file with errors can be neither updated nor applied.
    if (file.problems.some(({ severity }) => severity === 'error')) return [];
    const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    return entries
      .filter(({ span }) => span.start <= end && start <= span.end)
      .flatMap((entry) => {
        const text = deviationText(entry, this.skills);
        const own = diagnostics.filter(({ message }) => message === text);
        return deviationFixes(document, entry, own, this.skills.workspaceSkills);
      });
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private compared(document: vscode.TextDocument): ComparedDocument {
    const key = document.uri.toString();
    const known = this.comparisons.get(key);
    if (known) {
      const { changed, file } = known;
      if (changed.size > 0) known.entries = comparedAgain(known.entries, changed, file, this.providers);
      changed.clear();
      return known;
    }
    const file = this.fileOf(document);
    const path = vscode.workspace.asRelativePath(document.uri);
    const others = openMappingFiles().filter((each) => each !== document);
    const resolved = resolveMappingFiles(
      [document, ...others].map((each) => ({
        path: vscode.workspace.asRelativePath(each.uri),
        file: this.fileOf(each),
      })),
      this.skills.workspaceSkills,
    );
    const compared = {
      file,
      problems: resolved.problems.filter((problem) => problem.path === path),
      entries: compareMappingFile(file, this.skills.workspaceSkills, this.providers),
      changed: new Set<string>(),
    };
    this.comparisons.set(key, compared);
    return compared;
  }

  private fileOf(document: vscode.TextDocument): MappingFile {
    const key = document.uri.toString();
    const { version } = document;
    const known = this.parsed.get(key);
    if (known?.version === version) return known.file;
    const file = parseMappingFile(document.getText());
    this.parsed.set(key, { version, file });
    return file;
  }

  private diagnose(): void {
    const differences = new Map<string, string[]>();
    const open = openMappingFiles();
    const addresses = new Set(open.map(({ uri }) => uri.toString()));
    this.diagnostics.forEach((uri) => {
      if (!addresses.has(uri.toString())) this.diagnostics.delete(uri);
    });
    for (const key of this.wasCompared) if (!addresses.has(key)) this.wasCompared.delete(key);
    for (const document of open) {
      const { problems, entries } = this.compared(document);
      for (const { serviceProviderId: id, agreement } of entries) {
        if (agreement.type !== 'differs') continue;
        const files = differences.get(id) ?? [];
        differences.set(id, [...files, sanitizeText(fileNameOf(document.uri))]);
      }
      this.diagnostics.set(document.uri, [
        // VS Code itself shows what is not JSON, or not as the schema wants it.
        ...problems.filter(({ kind }) => kind === 'meaning').map((problem) => problemDiagnostic(document, problem)),
        ...entries.flatMap((entry) => {
          const message = deviationText(entry, this.skills);
          return message === undefined ? [] : [deviationDiagnostic(document, entry, message)];
        }),
      ]);
    }
    const list = new Intl.ListFormat(vscode.env.language, { type: 'unit' });
    this.providers.setDifferences(new Map([...differences].map(([id, files]) => [id, list.format(files)])));
  }

  /** Compares the files that have become visible, once an account is signed in. */
  private compareOpened(): void {
    if (this.providers.signedIn !== true || !vscode.workspace.isTrusted) return;
    for (const { document } of vscode.window.visibleTextEditors) {
      const key = document.uri.toString();
      if (!isMappingFile(document.uri) || this.wasCompared.has(key)) continue;
      this.wasCompared.add(key);
      void run('compareMappingFile', { file: document.uri, isOpening: true });
    }
  }
}

function problemDiagnostic(
  document: vscode.TextDocument,
  { severity, message, ...span }: FileProblem,
): vscode.Diagnostic {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  return diagnosticOf(document, span, message, severity === 'error' ? Error : Warning);
}

function deviationDiagnostic(
  document: vscode.TextDocument,
  { agreement, span }: ComparedEntry,
  message: string,
): vscode.Diagnostic {
  const { Error, Information } = vscode.DiagnosticSeverity;
  // The file cannot be applied like this.
  return diagnosticOf(document, span, message, agreement.type === 'otherAccount' ? Error : Information);
}

function diagnosticOf(
  document: vscode.TextDocument,
  span: TextSpan,
  message: string,
  severity: vscode.DiagnosticSeverity,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(document, span), message, severity);
  diagnostic.source = 'Alexa Network Mapping';
  return diagnostic;
}

function rangeOf(document: vscode.TextDocument, { start, end }: TextSpan): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
