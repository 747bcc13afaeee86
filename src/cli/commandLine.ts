import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { version } from '../../package.json';
import type { ApiFailure } from '../core/failures/apiFailure';
import {
  countPlan,
  DEFAULT_MAX_CHANGES_PERCENT,
  excessOf,
  planMappingFiles,
  planReviewed,
} from '../core/mappingFile/planMappingFiles';
import { formatReviewedPlan, parseReviewedPlan, type PlanScope } from '../core/mappingFile/reviewedPlan';
import type { CurrentMapping } from '../core/operations/currentMappings';
import { runOperation, type OperationResult } from '../core/operations/operation';
import { countResults, failuresOf } from '../core/operations/outcomes';
import type { Plan } from '../core/operations/plan';
import { HELP, parseCommand, type Command } from './arguments';
import { readConnection, secretsOf, type Connection, type Environment } from './environment';
import { readMappingFiles, readText } from './files';
import { JournalFile, NO_JOURNAL } from './journalFile';
import {
  driftLines,
  excessText,
  explanations,
  planJson,
  planLines,
  planMarkdown,
  resultLines,
  unreadableLines,
  type ShownPlan,
} from './planText';
import { Service, TokenRefused } from './service';
import { withoutSecrets, type Terminal } from './terminal';

/** What the process ends with. Documented in the help and in docs/command-line.md. */
const EXIT = { done: 0, error: 1, differs: 2, notAllApplied: 3 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

interface Surroundings {
  readonly environment: Environment;
  /** The current folder. */
  readonly folder: string;
  readonly terminal: Terminal;
}

type CommandNamed<Name extends Command['name']> = Command & { readonly name: Name };

/** Ends the command with a message. */
class CommandError extends Error {}

/** More than any plan has. Bytes. */
const MAX_PLAN_BYTES = 20_000_000;

/** Runs one command. Never throws for what users can cause. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { environment } = surroundings;
  const terminal = withoutSecrets(surroundings.terminal, secretsOf(environment));
  const command = parseCommand(args);
  try {
    if ('problem' in command) throw new CommandError(`${command.problem} See --help.`);
    switch (command.name) {
      case 'help':
        terminal.out(HELP);
        return EXIT.done;
      case 'version':
        terminal.out(`${version}\n`);
        return EXIT.done;
      case 'plan':
        return await plan(command, { ...surroundings, terminal });
      case 'check':
        return await check(command, { ...surroundings, terminal });
      case 'apply':
        return await apply(command, { ...surroundings, terminal });
    }
  } catch (error) {
    if (error instanceof TokenRefused) {
      terminal.out(linesOf(unreadableLines(error)));
      explain(error, terminal);
      terminal.error('Error: Stopped at the refused access token. Nothing was changed.\n');
      return EXIT.error;
    }
    if (!(error instanceof CommandError)) throw error;
    terminal.error(`Error: ${error.message}\n`);
    return EXIT.error;
  }
}

async function plan(command: CommandNamed<'plan'>, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal, folder } = surroundings;
  const shown = await planOfFiles(command, surroundings);
  const isComplete = isReadable(shown.plan);
  if (command.format === 'json') terminal.out(`${JSON.stringify(planJson(shown), undefined, 2)}\n`);
  else if (command.format === 'markdown') terminal.out(`${planMarkdown(shown)}\n`);
  else terminal.out(linesOf(planLines(shown)));
  explain(shown.plan, terminal);
  if (shown.excess) terminal.error(`${excessText(shown.excess)}\n`);
  if (!isComplete) return EXIT.error;
  if (command.out !== undefined) {
    await writeFile(path.resolve(folder, command.out), formatReviewedPlan(shown.plan.changes, shown)).catch(
      (error: unknown) => {
        throw new CommandError(`The plan could not be written (${codeOf(error)}).`);
      },
    );
  }
  return command.detailedExitCode && shown.plan.changes.length > 0 ? EXIT.differs : EXIT.done;
}

async function check(command: CommandNamed<'check'>, surroundings: Surroundings): Promise<ExitCode> {
  const { terminal } = surroundings;
  const shown = await planOfFiles(command, surroundings);
  const { changes } = shown.plan;
  terminal.out(linesOf(driftLines(shown)));
  explain(shown.plan, terminal);
  if (!isReadable(shown.plan)) return EXIT.error;
  return changes.length > 0 ? EXIT.differs : EXIT.done;
}

/** Reads the files and the mappings of their service providers, and compares them. */
async function planOfFiles(
  command: CommandNamed<'plan' | 'check'>,
  { environment, folder, terminal }: Surroundings,
): Promise<ShownPlan> {
  const desired = await desiredOf(command.files, folder, terminal);
  const connection = connectionOf(environment, command);
  const service = new Service(desired.mappings, connection, desired.account, NO_JOURNAL, terminal);
  const current = await service.current();
  if (!current) throw new CommandError('Canceled. Nothing was changed.');
  return shownPlan(planMappingFiles(desired.mappings, current), scopeOf(connection, desired.account));
}

async function apply(command: CommandNamed<'apply'>, surroundings: Surroundings): Promise<ExitCode> {
  const { environment, folder, terminal } = surroundings;
  if (!command.yes && !terminal.ask) {
    throw new CommandError(
      'apply cannot ask here, because this is no terminal. Use --yes to apply without a question.',
    );
  }
  const connection = connectionOf(environment, command);
  const wanted =
    'plan' in command.source
      ? await reviewedChanges(command.source.plan, connection, folder)
      : await wantedChanges(command.source.files, folder, terminal);
  const log = command.journal === undefined ? NO_JOURNAL : new JournalFile(path.resolve(folder, command.journal));
  const service = new Service(wanted.listed, connection, wanted.account, log, terminal);
  const scope = scopeOf(connection, wanted.account);
  /** Why the plan was not applied; undefined if the user declined. */
  let refusal: { readonly code: ExitCode; readonly message: string } | undefined;
  const result = await runOperation(
    { ids: service.ids, plan: wanted.plan, asks: () => true, readsFirst: true, senders: new Map() },
    {
      store: service.store,
      newOperationId: randomUUID,
      now: Date.now,
      read: (ids) => service.read(ids),
      confirm: async (confirmed, because) => {
        // The review of a plan permits it.
        const limit = wanted.isReviewed ? Infinity : command.maxChangesPercent;
        const shown = shownPlan(confirmed, scope, limit);
        terminal.out(linesOf(planLines(shown)));
        explain(confirmed, terminal);
        if (!wanted.isReviewed && !isReadable(confirmed)) {
          refusal = { code: EXIT.error, message: 'Nothing was changed, because some mappings could not be read.' };
        } else if (shown.excess) {
          refusal = { code: EXIT.error, message: `Nothing was changed. ${excessText(shown.excess)}` };
        } else if (because && command.yes) {
          const message =
            'Nothing was changed: the mapping was changed in the meantime. Review the plan, then try again.';
          refusal = { code: EXIT.notAllApplied, message };
        } else if (command.yes || (await isConfirmed(confirmed, because !== undefined, terminal))) {
          return confirmed.changes.map(({ change }) => change.serviceProviderId);
        }
        return undefined;
      },
      withProgress: async ({ changes }, send) => {
        let settled = 0;
        const report = () => {
          terminal.progress(`Applied ${settled} of ${changes.length} changes`);
        };
        report();
        await send(
          terminal.stopSignal,
          () => {
            settled++;
            report();
          },
          report,
        );
        terminal.progress('');
        return { stopped: terminal.stopSignal.aborted };
      },
    },
  );
  if (result.type === 'declined') {
    const { code, message } = refusal ?? { code: EXIT.error, message: 'Not confirmed. Nothing was changed.' };
    terminal.error(`${message}\n`);
    return code;
  }
  return applyOutcome(result, scope, terminal, wanted.isReviewed);
}

/** Tells the result of an operation that was not declined. */
function applyOutcome(
  result: Exclude<OperationResult, { readonly type: 'declined' }>,
  scope: PlanScope,
  terminal: Terminal,
  isReviewed: boolean,
): ExitCode {
  if (result.type === 'readCanceled') throw new CommandError('Canceled. Nothing was changed.');
  if (result.type === 'nothingSent') {
    terminal.out(linesOf(planLines(shownPlan(result.plan, scope))));
    explain(result.plan, terminal);
    if (isAsWanted(result.plan)) return EXIT.done;
    return isReviewed ? EXIT.notAllApplied : EXIT.error;
  }
  const { plan: applied, results, stopped, journalFailed } = result;
  const { changed } = countResults(result);
  terminal.out(linesOf([...resultLines(results), `Applied ${changed} of ${applied.changes.length} changes.`]));
  for (const text of explanations(failuresOf(results))) terminal.error(`${text}\n`);
  if (stopped) terminal.error('Stopped. Changes that were not started had no effect.\n');
  if (journalFailed) terminal.error(`Changes that were not started had no effect: ${journalFailed.message}\n`);
  return changed === applied.changes.length && isAsWanted(applied) ? EXIT.done : EXIT.notAllApplied;
}

/** What `apply` is to do. */
interface Wanted {
  readonly listed: readonly { readonly serviceProviderId: string; readonly name?: string }[];
  readonly account?: string | undefined;
  readonly plan: (current: readonly CurrentMapping[]) => Plan;
  readonly isReviewed: boolean;
}

async function wantedChanges(files: readonly string[], folder: string, terminal: Terminal): Promise<Wanted> {
  const { mappings, account } = await desiredOf(files, folder, terminal);
  return { listed: mappings, account, plan: (current) => planMappingFiles(mappings, current), isReviewed: false };
}

async function reviewedChanges(file: string, connection: Connection, folder: string): Promise<Wanted> {
  const text = await readText(path.resolve(folder, file), MAX_PLAN_BYTES);
  const reviewed = typeof text === 'string' ? parseReviewedPlan(text) : text;
  if ('problem' in reviewed) throw new CommandError(reviewed.problem);
  const { changes, account, endpoint } = reviewed;
  if (endpoint !== connection.apiEndpoint) {
    throw new CommandError(`The plan is for the API endpoint ${endpoint}, not for ${connection.apiEndpoint}.`);
  }
  const listed = changes.map(({ change: { serviceProviderId }, name }) => ({
    serviceProviderId,
    ...(name !== undefined && { name }),
  }));
  return { listed, account, plan: (current) => planReviewed(changes, current), isReviewed: true };
}

async function desiredOf(files: readonly string[], folder: string, terminal: Terminal) {
  const desired = await readMappingFiles(files, folder);
  if ('problems' in desired) {
    terminal.error(linesOf(desired.problems));
    throw new CommandError('The mapping files cannot be used. Nothing was sent.');
  }
  terminal.error(linesOf(desired.warnings));
  return desired;
}

function connectionOf(environment: Environment, options: Parameters<typeof readConnection>[1]): Connection {
  const connection = readConnection(environment, options);
  if ('problem' in connection) throw new CommandError(connection.problem);
  return connection;
}

function scopeOf({ apiEndpoint }: Connection, account: string | undefined): PlanScope {
  return { endpoint: apiEndpoint, account };
}

function shownPlan(planned: Plan, scope: PlanScope, maxPercent = DEFAULT_MAX_CHANGES_PERCENT): ShownPlan {
  const percent = excessOf(countPlan(planned), maxPercent);
  return { ...scope, plan: planned, excess: percent === undefined ? undefined : { percent, maxPercent } };
}

async function isConfirmed({ changes }: Plan, isAgain: boolean, { ask, stopSignal }: Terminal): Promise<boolean> {
  if (!ask) return false;
  const again = isAgain
    ? 'The mappings were changed in the meantime, and nothing was sent. This is the plan now. '
    : '';
  const what = changes.length === 1 ? 'Apply this change?' : `Apply these ${changes.length} changes?`;
  const answer = await ask(`${again}${what} Type yes to apply: `);
  return answer.trim() === 'yes' && !stopSignal.aborted;
}

/** Whether all mappings could be read, so that a plan says everything. */
function isReadable({ unreadable, skipped }: Plan): boolean {
  return unreadable.length === 0 && skipped.every(({ reason }) => reason !== 'notRead');
}

/** Whether all that a plan does not change is as wanted. */
function isAsWanted(planned: Plan): boolean {
  const asWanted = ({ reason }: Plan['skipped'][number]) => reason === 'sameSkill' || reason === 'notMapped';
  return planned.unreadable.length === 0 && planned.skipped.every(asWanted);
}

function explain({ unreadable }: Pick<Plan, 'unreadable'>, terminal: Terminal): void {
  const failures: readonly ApiFailure[] = unreadable.map(({ failure }) => failure);
  for (const text of explanations(failures)) terminal.error(`${text}\n`);
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
