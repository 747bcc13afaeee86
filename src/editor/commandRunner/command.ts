import type * as vscode from 'vscode';
import type { SessionStore } from '../../core/auth/sessionStore';
import type { ChangeJournal } from '../../core/history/changeJournal';
import type { ApiFailure } from '../../core/failures/apiFailure';
import type { SignInFailure } from '../../core/failures/signInFailure';
import type { ServiceProvidersSetting } from '../settings/serviceProvidersSetting';
import type { SignInServices, SignInOptions } from '../../core/auth/signInOptions';
import type { MappingStore } from '../../core/mappings/mappingStore';
import type { CommandName } from '../telemetry/events';
import type { ChangeHistoryPanel } from '../webview/changeHistoryPanel';
import type { ServiceProvidersView } from '../tree/serviceProvidersView';
import type { ViewOptions } from '../tree/viewOptions';
import type { ErrorDetailsPanel } from '../webview/errorDetailsPanel';
import type { ProgressSummary } from './progressSummary';

/** What commands work with. */
export interface CommandContext {
  readonly providers: MappingStore;
  readonly setting: ServiceProvidersSetting;
  readonly sessions: SessionStore;
  readonly signIn: SignInServices;
  /** Skill ids used before, the newest first. */
  readonly recentSkills: { get(): readonly string[]; add(skillId: string): Promise<void> };
  readonly errorDetails: ErrorDetailsPanel;
  readonly changeHistory: ChangeHistoryPanel;
  readonly log: vscode.LogOutputChannel;
  readonly journal: Journal;
  /** How the list is looked at. */
  readonly viewOptions: ViewOptions;
  /** What of the list is in view. */
  readonly rows: Pick<ServiceProvidersView, 'isShown' | 'passesFilter' | 'hiddenIn'>;
  /** Shows a row and selects it. */
  reveal(serviceProviderId: string): Promise<void>;
  /** What is said in the view of the acts that are under way. */
  readonly progressSummary: ProgressSummary;
}

/** What commands ask of the journal of changes. */
type Journal = Pick<ChangeJournal, 'events' | 'newestFirst' | 'recover'>;

/** What a command was called with; what is missing it asks for. */
export interface CommandArguments {
  /** Checked to be configured service providers, but for commands that say otherwise. */
  readonly serviceProviderIds?: readonly string[];
  readonly skillId?: string;
  /** The row whose menu it was, of all selected ones. */
  readonly focusedId?: string;
  /** Whether the ids are rows that a person selected; those that the command cannot work on are then left out. */
  readonly fromSelection?: boolean;
  /** How many service providers of the selected groups the filter hides; they are not among the IDs. */
  readonly hidden?: number;
  /** Whether the argument of a keybinding, a task, a link or another extension gave it. */
  readonly fromArgument?: boolean;
  /** Whether rows were dragged onto the skill. */
  readonly dragged?: boolean;
  /** For an undo: the act to take back, where it is not the last one. */
  readonly operationId?: string;
  /** For a sign-in: what is settled already. */
  readonly signIn?: SignInOptions;
}

/** How a command ended. The door tells the person where the command has not. */
export type CommandOutcome =
  /** With a message when the rows do not tell all of it. */
  | {
      readonly type: 'done';
      readonly message?: string;
      readonly actions?: readonly MessageAction[];
      /** What was done will not be of use as it is. */
      readonly isWarning?: boolean;
    }
  /** The person left a prompt. */
  | { readonly type: 'dismissed' }
  /** It cannot be done, and nothing was sent; `message` says what was expected. */
  | { readonly type: 'refused'; readonly message: string; readonly action?: MessageAction }
  /** The person stopped it while it ran; `message` says what was done and what not. */
  | { readonly type: 'cancelled'; readonly message: string; readonly actions?: readonly MessageAction[] }
  /**
   * A request failed; of several, the first. `message` says what that means for what the person wanted. Without `offers`,
   * what helps against the failure is offered, and its details.
   */
  | {
      readonly type: 'failed';
      readonly failure: ApiFailure;
      readonly message: string;
      readonly isBulk?: boolean;
      readonly actions?: readonly MessageAction[];
    }
  /** A sign-in failed; `wish` begins it again. */
  | { readonly type: 'notSignedIn'; readonly failure: SignInFailure; readonly options: SignInOptions }
  /** The extension itself is at fault. */
  | { readonly type: 'defect'; readonly message: string };

/** A button under a message. */
export interface MessageAction {
  readonly label: string;
  /** Resolves to {@link KEEP_MESSAGE_OPEN} where the message is to come back with all that it offers. */
  readonly run: () => Promise<unknown>;
}

/** Something was looked at, and what was offered beside it is still of use. */
export const KEEP_MESSAGE_OPEN = Symbol('still offered');

export interface Command {
  readonly id: CommandName;
  /** Whether the ids of the invocation may be ones that are not configured. */
  readonly acceptsUnlistedIds?: boolean;
  run(invocation: CommandArguments, services: CommandContext): Promise<CommandOutcome>;
}

export const SUCCEEDED: CommandOutcome = { type: 'done' };
export const DISMISSED: CommandOutcome = { type: 'dismissed' };
