import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { appliedJson, countStates, planJson, providerJson } from '../../core/languageModelTools/toolAnswers';
import { toolConfirmation } from '../../core/languageModelTools/toolConfirmation';
import {
  ApplyInput,
  GetInput,
  ListInput,
  parseInput,
  PlanInput,
  wantedMappings,
} from '../../core/languageModelTools/toolInput';
import { ToolPlans, type ToolPlan } from '../../core/languageModelTools/toolPlans';
import {
  internalError,
  invalidInput,
  outdatedPlan,
  refusal,
  type Refusal,
} from '../../core/languageModelTools/toolRefusals';
import type { ApiFailure } from '../../core/failures/apiFailure';
import { currentMappings } from '../../core/operations/currentMappings';
import { applyPlan, interference, type OperationPorts } from '../../core/operations/operation';
import { withOnly, type Plan } from '../../core/operations/plan';
import { planMappings } from '../../core/operations/planMappings';
import { createRowFilter } from '../../core/presentation/rowFilter';
import { groupKeyOf } from '../../core/presentation/skillGroups';
import { redactDeep } from '../../core/text/redactDeep';
import type { CommandContext, CommandOutcome } from '../commandRunner/command';
import { confirmPlan, confirmsCommands } from '../commandRunner/confirmPlan';
import { senderNames } from '../commandRunner/senderNames';
import { isSignedIn } from '../commandRunner/ensureSignedIn';
import { rememberSkills, runMappingOperation, withMappingProgress } from '../commandRunner/mappingOperation';
import { appliedOutcome } from '../commandRunner/mappingOutcome';
import type { ToolName } from './toolNames';

interface Reports {
  /** Tells the user the outcome of changes, with **Undo**. */
  readonly notify: (outcome: CommandOutcome) => void;
  /** Logs an internal error and returns it as a sentence. */
  readonly onInternalError: (error: unknown) => string;
}

/**
 * The tools that language models call. They read and change mappings as the commands do: through the same store, rate
 * limiter, plan, journal and undo. They never prompt for a secret and never return one; whatever they return is JSON,
 * so that names and texts of others are data.
 */
export class LanguageModelTools {
  private readonly plans = new ToolPlans(Date.now, randomUUID);

  constructor(
    private readonly services: CommandContext,
    private readonly reports: Reports,
  ) {}

  /**
   * Returns what VS Code asks the user before a call: for a plan to be applied, its changes; otherwise nothing. A plan
   * that cannot be applied is not asked about; the call then says why.
   */
  async prepare(name: ToolName, input: unknown): Promise<vscode.PreparedToolInvocation | undefined> {
    if (name !== 'apply_network_mappings') return undefined;
    const parsed = parseInput(ApplyInput, input);
    const kept = parsed.ok ? this.plans.find(parsed.value.planId) : 'unknownPlan';
    if (typeof kept === 'string') return undefined;
    const { id, plan } = kept;
    // Before anything is awaited, so that no earlier question counts for this call.
    this.plans.setShown(id, false);
    if ((await this.refusal()) ?? interference(plan, this.services.providers)) return undefined;
    const sender = await senderNames(
      plan.changes.map(({ sender }) => sender),
      this.services,
    );
    const { title, message } = toolConfirmation(plan, sender, this.services.skills, vscode.env.language);
    this.plans.setShown(id, true);
    return { confirmationMessages: { title, message: new vscode.MarkdownString(message) } };
  }

  /** @throws a `CancellationError` if the call was canceled before it has changed anything */
  async invoke(
    name: ToolName,
    input: unknown,
    token: vscode.CancellationToken,
  ): Promise<vscode.LanguageModelToolResult> {
    const canceled = new AbortController();
    const cancel = () => {
      canceled.abort();
    };
    const subscription = token.onCancellationRequested(cancel);
    if (token.isCancellationRequested) cancel();
    try {
      const answer = redactDeep(await this.answer(name, input, canceled.signal));
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(answer))]);
    } finally {
      subscription.dispose();
    }
  }

  private async answer(name: ToolName, input: unknown, signal: AbortSignal): Promise<object> {
    try {
      switch (name) {
        case 'list_service_providers':
          return await this.list(input, signal);
        case 'get_network_mapping':
          return await this.get(input, signal);
        case 'plan_network_mappings':
          return await this.plan(input, signal);
        case 'apply_network_mappings':
          return await this.apply(input, signal);
      }
    } catch (error) {
      if (error instanceof vscode.CancellationError) throw error;
      return internalError(this.reports.onInternalError(error));
    }
  }

  private async list(input: unknown, signal: AbortSignal): Promise<object> {
    const { providers, skills } = this.services;
    const parsed = parseInput(ListInput, input);
    if (!parsed.ok) return invalidInput(parsed.problems);
    const { filter, refresh, offset, limit } = parsed.value;
    // Without a request, the list is only what the user's settings have.
    const refused = refresh ? await this.refusal() : untrusted();
    if (refused) return refused;
    const matches = createRowFilter(filter, skills);
    const matching = providers.providers.filter((each) => {
      const status = providers.status(each.id);
      return matches(each, status, groupKeyOf(status, providers.row(each.id)).type);
    });
    const page = matching.slice(offset, offset + limit);
    if (refresh) {
      await this.read(
        page.map(({ id }) => id),
        signal,
      );
    }
    const rows = page.map((each) => this.providerJson(each.id)).filter((row) => row !== undefined);
    const next = offset + page.length;
    return {
      counts: {
        inList: providers.providers.length,
        matching: matching.length,
        returned: rows.length,
        returnedByState: countStates(rows),
      },
      ...(next < matching.length && { nextOffset: next }),
      isSignedIn: await isSignedIn(this.services),
      serviceProviders: rows,
    };
  }

  private async get(input: unknown, signal: AbortSignal): Promise<object> {
    const parsed = parseInput(GetInput, input);
    if (!parsed.ok) return invalidInput(parsed.problems);
    const { serviceProviderId } = parsed.value;
    const refused = await this.refusal();
    if (refused) return refused;
    // Reads nothing that is not in the list.
    await this.read([serviceProviderId], signal);
    return this.providerJson(serviceProviderId) ?? refusal('notListed');
  }

  private async plan(input: unknown, signal: AbortSignal): Promise<object> {
    const { providers, skills } = this.services;
    const parsed = parseInput(PlanInput, input);
    if (!parsed.ok) return invalidInput(parsed.problems);
    const checked = wantedMappings(parsed.value);
    if (!checked.ok) return invalidInput(checked.problems);
    const { wanted, warnings } = checked.value;
    const refused = await this.refusal();
    if (refused) return refused;
    const ids = [...wanted.keys()];
    const names = new Map(ids.map((id) => [id, providers.provider(id)?.name ?? id]));
    const beganAtMs = Date.now();
    const failures = await this.read(ids, signal);
    const plan = planMappings(wanted, currentMappings(ids, failures, beganAtMs, providers, names));
    const kept = plan.changes.length > 0 ? this.plans.add(plan, wanted) : undefined;
    return planJson(plan, kept, warnings, skills);
  }

  private async apply(input: unknown, signal: AbortSignal): Promise<object> {
    const parsed = parseInput(ApplyInput, input);
    if (!parsed.ok) return invalidInput(parsed.problems);
    const refused = await this.refusal();
    if (refused) return refused;
    if (signal.aborted) throw new vscode.CancellationError();
    const kept = this.plans.take(parsed.value.planId);
    if (typeof kept !== 'string') {
      const plan = isApprovedUnseen(kept.plan) ? await this.confirmed(kept.plan) : kept.plan;
      return plan ? this.applyNow({ ...kept, plan }, signal) : refusal('declinedPlan');
    }
    const found = this.plans.find(parsed.value.planId);
    const because = typeof found === 'string' ? undefined : interference(found.plan, this.services.providers);
    return because ? outdatedPlan(because) : refusal(kept);
  }

  /** Asks the user in a dialog; returns the confirmed part of the plan, undefined if the user declines. */
  private async confirmed(plan: Plan): Promise<Plan | undefined> {
    const chosen = await confirmPlan(plan, { because: undefined, hidden: 0 }, this.services);
    return chosen && withOnly(plan, chosen);
  }

  private async applyNow({ plan, wanted }: ToolPlan, signal: AbortSignal): Promise<object> {
    const { providers, skills } = this.services;
    const withProgress: OperationPorts['withProgress'] = async (_plan, send) => {
      const { stopped } = await withMappingProgress(
        plan,
        (stop, ...rest) => send(AbortSignal.any([stop, signal]), ...rest),
        this.services,
      );
      return { stopped: stopped || signal.aborted };
    };
    const ports = { store: providers, withProgress, newOperationId: randomUUID };
    const applied = await applyPlan(plan, ports, { interactive: false });
    await rememberSkills(applied, this.services);
    const retry = async (ids: readonly string[]) => {
      this.reports.notify(await this.applyAgain(ids, wanted));
    };
    this.reports.notify(appliedOutcome(applied, { source: { type: 'argument' }, retry }, this.services));
    return appliedJson(applied, skills);
  }

  /** Repeats changes for a user who asks for it, with a confirmation of its own. */
  private applyAgain(ids: readonly string[], wanted: ToolPlan['wanted']): Promise<CommandOutcome> {
    return runMappingOperation(
      {
        ids,
        source: { type: 'argument' },
        plan: (current) => planMappings(wanted, current),
        asks: () => true,
        retry: async (again) => {
          this.reports.notify(await this.applyAgain(again, wanted));
        },
      },
      this.services,
    );
  }

  /**
   * Reads mappings and returns the failures.
   *
   * @throws a `CancellationError` if the call was canceled
   */
  private async read(ids: readonly string[], signal: AbortSignal): Promise<readonly ApiFailure[]> {
    const failures: ApiFailure[] = [];
    // Not interactive: a model's call must not make VS Code prompt for a token.
    await this.services.providers.refresh(ids, { abortSignal: signal, urgent: ids.length === 1 }, (_id, failure) => {
      if (failure) failures.push(failure);
    });
    if (signal.aborted) throw new vscode.CancellationError();
    return failures;
  }

  private providerJson(id: string): ReturnType<typeof providerJson> | undefined {
    const { providers, skills } = this.services;
    const provider = providers.provider(id);
    return provider && providerJson(provider, providers.row(id), providers.status(id), skills);
  }

  /** Returns why no request may be sent for a language model now; undefined if it may. */
  private async refusal(): Promise<Refusal | undefined> {
    return untrusted() ?? ((await isSignedIn(this.services)) ? undefined : refusal('signedOut'));
  }
}

/**
 * Whether VS Code is set to approve the calls of all tools without asking. This says nothing about changes of mappings,
 * so the extension asks itself, as it does for a command: unless `confirmCommands` is off, and always for a delete.
 */
function isApprovedUnseen({ changes }: Plan): boolean {
  const tools = vscode.workspace.getConfiguration('chat.tools');
  // VS Code has renamed the setting.
  const approvesAll = [tools.get('global.autoApprove'), tools.get('autoApprove')].includes(true);
  return approvesAll && (confirmsCommands() || changes.some(({ change }) => change.operation === 'delete'));
}

function untrusted(): Refusal | undefined {
  return vscode.workspace.isTrusted ? undefined : refusal('untrustedWorkspace');
}
