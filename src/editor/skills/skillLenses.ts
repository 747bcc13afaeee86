import * as vscode from 'vscode';
import { Coalescer } from '../../core/async/coalescer';
import type { MappingStore } from '../../core/mappings/mappingStore';
import { skillKey } from '../../core/model/identifiers';
import { countSkillUse, mayHandleAny, skillUseText } from '../../core/presentation/skillUse';
import { CALLING_PERMISSION } from '../../core/model/callingPermission';
import { missingCallingPermission } from '../../core/skills/skillManifest';
import { SKILL_ID_FILES, SKILL_NAME_FILES, skillIdsIn } from '../../core/skills/skillProject';
import { formatTime } from '../../core/text/relativeTime';
import { commandOf } from '../commandRunner/runCommand';
import { skillFileOf, type SkillManifests } from './skillFiles';

/** The least time between two updates while mappings are read. Milliseconds. */
const REST_MS = 500;

/** A larger document is not a file of a skill project. Characters. */
const MAX_LENGTH = 1_000_000;

/** Where `ask new` puts the manifest. Elsewhere, a file of this name may be of another tool. */
const USUAL_MANIFEST = '/skill-package/skill.json';

const WEBRTC_CALLING =
  'https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/get-started-calling-api-for-asp.html';

/** A skill that a document is about, and where it says so. */
interface PlacedSkill {
  readonly id: string;
  /** The profile of the Alexa Skills Kit CLI, if the document is about several skills at one place. */
  readonly profile?: string;
  readonly position: vscode.Position;
}

/**
 * Shows in the files of skill projects, above each skill, how many service providers it handles and a link to map one
 * more; and in a manifest that the permission to handle calls is missing. Reads no mapping: that is left to the view.
 */
export class SkillLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changes.event;
  private readonly diagnostics = vscode.languages.createDiagnosticCollection('alexaNetworkMapping');
  private readonly update = new Coalescer(() => {
    this.changes.fire();
    for (const document of vscode.workspace.textDocuments) this.diagnose(document);
    return REST_MS;
  });
  private readonly disposables: readonly { dispose(): void }[];

  constructor(
    private readonly manifests: SkillManifests,
    private readonly providers: MappingStore,
  ) {
    const request = () => {
      this.update.request();
    };
    const onDocument = (document: vscode.TextDocument) => {
      if (skillFileOf(document)) request();
    };
    providers.events.on('providerChanged', request).on('entriesChanged', request);
    const pattern = `**/{${[...SKILL_ID_FILES, SKILL_NAME_FILES[0]].join(',')}}`;
    this.disposables = [
      vscode.languages.registerCodeLensProvider({ pattern }, this),
      this.manifests.onDidRead(request),
      vscode.workspace.onDidOpenTextDocument(onDocument),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        onDocument(document);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.diagnostics.delete(uri);
      }),
      new vscode.Disposable(() => {
        providers.events.off('providerChanged', request).off('entriesChanged', request);
      }),
      this.update,
      this.changes,
      this.diagnostics,
    ];
    request();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    return this.skillsIn(document).flatMap((skill) => this.lensesOf(skill));
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private skillsIn(document: vscode.TextDocument): readonly PlacedSkill[] {
    switch (skillFileOf(document)) {
      case 'ids':
        return skillIdsIn(textOf(document)).map(({ id, offset }) => ({ id, position: document.positionAt(offset) }));
      case 'manifest': {
        const skills = this.manifests.skillsOf(document.uri);
        const distinct = [...new Map(skills.map((skill) => [skillKey(skill.id), skill])).values()];
        const position = new vscode.Position(0, 0);
        return distinct.map(({ id, source: { profile } }) => ({
          id,
          position,
          ...(distinct.length > 1 && { profile }),
        }));
      }
      case undefined:
        return [];
    }
  }

  private lensesOf({ id, profile, position }: PlacedSkill): vscode.CodeLens[] {
    const use = countSkillUse(id, this.providers);
    const { language } = vscode.env;
    const range = new vscode.Range(position, position);
    const named = (title: string) => (profile === undefined ? title : vscode.l10n.t('{0}: {1}', profile, title));
    const text = named(skillUseText(use, (ms) => formatTime(ms, Date.now(), language), language));
    const show = vscode.l10n.t('Show these service providers in the list, where they are read');
    return [
      new vscode.CodeLens(
        range,
        // Without a command, VS Code draws it as text.
        mayHandleAny(use) ? commandOf('filter', text, { skillId: id }, show) : { title: text, command: '' },
      ),
      new vscode.CodeLens(
        range,
        commandOf(
          'createMapping',
          named(vscode.l10n.t('Map…')),
          { skillId: id },
          vscode.l10n.t('Map a service provider to this skill'),
        ),
      ),
    ];
  }

  private diagnose(document: vscode.TextDocument): void {
    const { uri } = document;
    if (skillFileOf(document) !== 'manifest') return;
    const isManifest = uri.path.endsWith(USUAL_MANIFEST) || this.manifests.skillsOf(uri).length > 0;
    const missing = isManifest ? missingCallingPermission(textOf(document)) : undefined;
    if (!missing) {
      this.diagnostics.delete(uri);
      return;
    }
    const diagnostic = new vscode.Diagnostic(
      new vscode.Range(document.positionAt(missing.start), document.positionAt(missing.end)),
      vscode.l10n.t(
        'Without the permission {0}, this skill cannot handle the calls of service providers.',
        CALLING_PERMISSION,
      ),
      vscode.DiagnosticSeverity.Information,
    );
    diagnostic.source = 'Alexa Network Mapping';
    diagnostic.code = { value: CALLING_PERMISSION, target: vscode.Uri.parse(WEBRTC_CALLING) };
    this.diagnostics.set(uri, [diagnostic]);
  }
}

function textOf(document: vscode.TextDocument): string {
  const text = document.getText();
  return text.length > MAX_LENGTH ? '' : text;
}
