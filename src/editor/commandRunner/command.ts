import type * as vscode from 'vscode';
import type { OnboardingClient } from '../../core/api/onboardingClient';
import type { SessionStore } from '../../core/auth/sessionStore';
import type { ChangeJournal } from '../../core/history/changeJournal';
import type { ApiFailure } from '../../core/failures/apiFailure';
import type { SignInFailure } from '../../core/failures/signInFailure';
import type { ListSetting } from '../settings/listSetting';
import type { ServiceProvidersSetting } from '../settings/serviceProvidersSetting';
import type { SignInServices, SignInOptions } from '../../core/auth/signInOptions';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { SkillNames } from '../../core/skills/skillNames';
import type { CommandName } from '../commandNames';
import type { ChangeHistoryPanel } from '../webview/changeHistoryPanel';
import type { ServiceProvidersView } from '../tree/serviceProvidersView';
import type { ViewOptions } from '../tree/viewOptions';
import type { ErrorDetailsPanel } from '../webview/errorDetailsPanel';
import type { SetupPanel } from '../webview/setupPanel';
import type { ProgressSummary } from './progressSummary';

/** What commands depend on. */
export interface CommandContext {
  readonly providers: MappingStore;
  /** The client of service providers themselves. */
  readonly onboarding: () => Promise<Pick<OnboardingClient, 'read' | 'create' | 'rename' | 'delete'>>;
  readonly setting: ServiceProvidersSetting;
  /** The list of the `skills` setting. */
  readonly skillsSetting: Pick<ListSetting, 'edit'>;
  readonly sessions: SessionStore;
  readonly signIn: SignInServices;
  /** What each skill is called. */
  readonly skills: SkillNames;
  /** Recently used skill IDs, the newest first. */
  readonly recentSkills: { get(): readonly string[]; add(skillId: string): Promise<void> };
  readonly errorDetails: ErrorDetailsPanel;
  readonly changeHistory: ChangeHistoryPanel;
  readonly setup: SetupPanel;
  /** Reports how many service providers a pasted access token can read, once the list was read with its session. */
  readonly readableProviders: { follow(session: string, storedAtMs: number): void };
  readonly log: vscode.LogOutputChannel;
  readonly journal: Journal;
  /** Grouping and filter of the list. */
  readonly viewOptions: ViewOptions;
  /** What the list currently shows. */
  readonly rows: Pick<ServiceProvidersView, 'isShown' | 'selected' | 'passesFilter' | 'hiddenIn' | 'stopReading'>;
  /** Shows a row and selects it, if the view is visible; with `showView`, shows the view as well. */
  reveal(serviceProviderId: string, options?: { readonly showView: true }): Promise<void>;
  /** The line in the view about operations in progress. */
  readonly progressSummary: ProgressSummary;
}

/** What commands use of the journal. */
type Journal = Pick<ChangeJournal, 'events' | 'newestFirst' | 'searchable' | 'recover' | 'begin' | 'complete'>;

/** Where a command was started. */
export type CommandSource =
  | { readonly type: 'palette' }
  | {
      /** The menu of rows in the tree, or a key. */
      readonly type: 'tree';
      readonly byKey?: true;
      /** The row whose menu was used, among all selected ones. */
      readonly focusedId?: string;
      /** How many service providers of the selected groups the filter hides; their IDs are not included. */
      readonly hidden: number;
    }
  /** Rows were dragged onto a group in the tree; `hidden` as above. */
  | { readonly type: 'drop'; readonly hidden: number }
  /** The argument of a keybinding, a task, a link or another extension. */
  | { readonly type: 'argument' }
  /** The extension itself, such as a button of a message. */
  | { readonly type: 'internal' };

/** Whether the service providers are rows that the user selected; a command skips those it does not apply to. */
export function isSelection(source: CommandSource): source is CommandSource & { readonly hidden: number } {
  return source.type === 'tree' || source.type === 'drop';
}

interface Targets {
  /** Validated as configured service providers, unless the command accepts others. */
  readonly serviceProviderIds?: readonly string[];
}

interface MappingTargets extends Targets {
  readonly skillId?: string;
}

/** A mapping file; without its address, that of the active editor. */
interface FileTarget extends Targets {
  readonly file?: vscode.Uri;
}

/** The arguments of the commands that take more than service providers. */
interface Arguments {
  readonly createMapping: MappingTargets;
  readonly updateMapping: MappingTargets;
  readonly nameSkill: MappingTargets;
  readonly compareMappingFile: FileTarget & {
    /** Reads what is not known yet, and reports only in the document. */
    readonly isOpening?: true;
  };
  readonly applyMappingFile: FileTarget;
  readonly updateMappingFile: FileTarget;
  /** With a skill, its service providers are shown. */
  readonly filter: MappingTargets;
  /** The operation to undo, unless it is the last one. */
  readonly undoLastChange: Targets & { readonly operationId?: string };
  /** The service provider to create: decided, as after a create without a response, or to begin with. */
  readonly createServiceProvider: Targets & {
    readonly asked?: {
      readonly logicalId: string;
      readonly displayName?: string;
      readonly account?: string;
      readonly isDecided?: boolean;
    };
  };
  /** What is already decided. */
  readonly signIn: Targets & { readonly options?: SignInOptions };
}

/** The arguments of a command; it asks for missing ones. */
export type ArgumentsOf<Name extends CommandName> = Name extends keyof Arguments ? Arguments[Name] : Targets;

export type CommandCall<Name extends CommandName> = ArgumentsOf<Name> & { readonly source: CommandSource };

/** The outcome of a command, which the command runner reports to the user. */
export type CommandOutcome =
  /** With a message if the rows do not show all of it. */
  | {
      readonly type: 'succeeded';
      readonly message?: string;
      readonly actions?: readonly MessageAction[];
      /** Whether the result will not be usable as it is. */
      readonly isWarning?: boolean;
    }
  /** The user left a prompt. */
  | { readonly type: 'dismissed' }
  /** It was not possible, and nothing was sent; `message` says what was expected. */
  | { readonly type: 'rejected'; readonly message: string; readonly action?: MessageAction }
  /** The user canceled it while it ran; `message` says what was done and what was not. */
  | { readonly type: 'canceled'; readonly message: string; readonly actions?: readonly MessageAction[] }
  /**
   * A request failed; of several, the first. `message` says what that means for the user's request; without it, the view
   * shows the failure. Without `actions`, those suggested for the failure are shown, and its details.
   */
  | {
      readonly type: 'failed';
      readonly failure: ApiFailure;
      readonly message?: string;
      readonly isBulk?: boolean;
      readonly actions?: readonly MessageAction[];
    }
  /** A sign-in failed; retry it with `options`. */
  | { readonly type: 'signInFailed'; readonly failure: SignInFailure; readonly options: SignInOptions }
  /** A bug in the extension. */
  | { readonly type: 'internalError'; readonly message: string };

/** A button of a notification. */
export interface MessageAction {
  readonly label: string;
  /** Resolves to {@link KEEP_MESSAGE_OPEN} to show the message with its buttons again. */
  readonly run: () => Promise<unknown>;
}

/** The action only displayed something, so the other actions are still useful. */
export const KEEP_MESSAGE_OPEN = Symbol('keep message open');

export interface Command<Name extends CommandName> {
  /** Whether the command accepts IDs that are not configured. */
  readonly acceptsUnlistedIds?: boolean;
  /** Whether an argument may have a skill, and no service providers. */
  readonly acceptsSkillAlone?: boolean;
  /** Whether the command works on a file: its argument is an address, as in the menus of files. */
  readonly acceptsFile?: boolean;
  run(call: CommandCall<Name>, services: CommandContext): Promise<CommandOutcome>;
}

export const SUCCEEDED: CommandOutcome = { type: 'succeeded' };
export const DISMISSED: CommandOutcome = { type: 'dismissed' };
