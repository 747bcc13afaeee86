import type { Interference } from '../operations/operation';
import type { PlanProblem } from './toolPlans';

/** Why a tool did nothing. */
type RefusalCode =
  | PlanProblem
  | 'untrustedWorkspace'
  | 'signedOut'
  | 'invalidInput'
  | 'notListed'
  | 'outdatedPlan'
  | 'declinedPlan'
  | 'internalError';

/** What a language model is told instead of a result. In English, as the descriptions of the tools. */
export interface Refusal {
  readonly error: {
    readonly code: RefusalCode;
    /** What happened. */
    readonly message: string;
    /** What the model may do next. */
    readonly nextStep: string;
    readonly problems?: readonly string[];
  };
}

/** The same wherever a sign-in helps: a model must never handle secrets. */
export const SIGN_IN_STEP =
  'Ask the user to run the command "Alexa Network Mapping: Sign In…", then call this tool again. Never ask for a token, a password or a client secret.';

const PLAN_AGAIN = 'Call plan_network_mappings again, and show the user the new plan.';

const REFUSALS: Record<Exclude<RefusalCode, 'invalidInput' | 'internalError' | 'outdatedPlan'>, [string, string]> = {
  untrustedWorkspace: [
    'The workspace is in Restricted Mode, in which this extension does nothing for language models.',
    'Ask the user whether they trust this workspace, and to run the command "Workspaces: Manage Workspace Trust" if they do. Do not try to work around it.',
  ],
  signedOut: ['No account is signed in to Login with Amazon, so nothing was read or changed.', SIGN_IN_STEP],
  notListed: [
    "This service provider is not in the user's list, so nothing was read.",
    'Check the ID with list_service_providers. If it is right, ask the user to run the command "Alexa Network Mapping: Add Service Provider…".',
  ],
  unknownPlan: ['There is no plan with this ID in this window. Nothing was changed.', PLAN_AGAIN],
  expiredPlan: ['The plan is older than 15 minutes, so it no longer applies. Nothing was changed.', PLAN_AGAIN],
  appliedPlan: [
    'The plan was applied before. It is applied only once, so nothing was changed this time.',
    'To see the current mappings, call list_service_providers with "refresh": true.',
  ],
  declinedPlan: [
    'The user declined the changes of this plan. Nothing was changed.',
    'Ask the user what to do instead. Do not try again unless the user asks for it.',
  ],
  unconfirmedPlan: ['The user was not shown the changes of this plan. Nothing was changed.', PLAN_AGAIN],
};

/** Returns what a model is told if a tool cannot do anything. */
export function refusal(code: keyof typeof REFUSALS): Refusal {
  const [message, nextStep] = REFUSALS[code];
  return { error: { code, message, nextStep } };
}

export function invalidInput(problems: readonly string[]): Refusal {
  return {
    error: {
      code: 'invalidInput',
      message: 'The input of this tool is not valid. Nothing was read or changed.',
      nextStep: 'Correct the input, and call the tool again. Do not invent IDs: ask the user for what is missing.',
      problems,
    },
  };
}

/** Returns that a plan no longer holds. */
export function outdatedPlan({ type }: Interference): Refusal {
  const messages: Record<Interference['type'], string> = {
    changedMeanwhile: 'Mappings of this plan were changed by others, or could not be verified, since it was made.',
    notListed: "Service providers of this plan were removed from the user's list since it was made.",
    endpointChanged: 'The API endpoint was changed since this plan was made.',
    sessionChanged: 'An account was signed in or out since this plan was made.',
  };
  return {
    error: { code: 'outdatedPlan', message: `${messages[type]} Nothing was changed.`, nextStep: PLAN_AGAIN },
  };
}

export function internalError(message: string): Refusal {
  return {
    error: {
      code: 'internalError',
      message,
      nextStep:
        'Do not repeat a change. Tell the user, and suggest the command "Alexa Network Mapping: Show Log" and reading the current mappings.',
    },
  };
}
