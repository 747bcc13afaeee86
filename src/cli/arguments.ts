import { parseArgs } from 'node:util';
import { DEFAULT_MAX_CHANGES_PERCENT } from '../core/mappingFile/planMappingFiles';

/** Where requests go, unless the environment or the default says it. */
interface EndpointOptions {
  readonly apiEndpoint?: string;
  readonly tokenEndpoint?: string;
}

export type Command =
  | ({
      readonly name: 'plan';
      readonly files: readonly string[];
      readonly format: 'text' | 'json' | 'markdown';
      readonly out?: string;
      readonly detailedExitCode: boolean;
    } & EndpointOptions)
  | ({
      readonly name: 'apply';
      /** The mapping files, or the reviewed plan. */
      readonly source: { readonly files: readonly string[] } | { readonly plan: string };
      readonly yes: boolean;
      readonly maxChangesPercent: number;
      readonly journal?: string;
    } & EndpointOptions)
  | ({ readonly name: 'check'; readonly files: readonly string[] } & EndpointOptions)
  | { readonly name: 'help' | 'version' };

export const HELP = `Compares network mappings of Alexa Smart Properties with mapping files, and applies them.

Usage:
  alexa-network-mapping plan FILE...     Show what would change. Changes nothing.
  alexa-network-mapping apply FILE...    Show what would change, ask, and change it.
  alexa-network-mapping apply --plan PLAN
                                         Apply a reviewed plan. Leave alone what changed since.
  alexa-network-mapping check FILE...    Tell whether the service agrees. Changes nothing.

Options of plan:
  --json                  Print JSON.
  --markdown              Print Markdown, for a pull request.
  --out PLAN              Write the plan to a file, to be reviewed and applied.
  --detailed-exitcode     End with 2 if there are changes.

Options of apply:
  --plan PLAN             The file that plan --out wrote.
  --yes                   Do not ask. Required where there is no terminal.
  --max-changes N%        Permit remaps and deletes of up to N % of the mapped service providers
                          (default: ${DEFAULT_MAX_CHANGES_PERCENT}%; fewer than 10 are never limited).
  --journal FILE          Append a line to this file before and after each change.

Other options:
  --api-endpoint URL      Default: https://api.amazonalexa.com
  --token-endpoint URL    Default: https://api.amazon.com/auth/o2/token
  --help, --version

Environment:
  LWA_ACCESS_TOKEN        An access token of Login with Amazon; or all of
  LWA_CLIENT_ID, LWA_CLIENT_SECRET, LWA_REFRESH_TOKEN
  ALEXA_NETWORK_MAPPING_API_ENDPOINT, ALEXA_NETWORK_MAPPING_TOKEN_ENDPOINT

Exit codes:
  0  Done, or nothing to do. For check: the service agrees.
  1  Error: nothing was changed.
  2  check: the service differs. plan --detailed-exitcode: there are changes.
  3  apply: some changes were left alone, failed, or could not be confirmed.
`;

const OPTIONS = {
  json: { type: 'boolean' },
  markdown: { type: 'boolean' },
  out: { type: 'string' },
  'detailed-exitcode': { type: 'boolean' },
  plan: { type: 'string' },
  yes: { type: 'boolean' },
  'max-changes': { type: 'string' },
  journal: { type: 'string' },
  'api-endpoint': { type: 'string' },
  'token-endpoint': { type: 'string' },
  help: { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

type Option = keyof typeof OPTIONS;

const COMMON: readonly Option[] = ['api-endpoint', 'token-endpoint'];
const OPTIONS_OF: Record<'plan' | 'apply' | 'check', readonly Option[]> = {
  plan: ['json', 'markdown', 'out', 'detailed-exitcode', ...COMMON],
  apply: ['plan', 'yes', 'max-changes', 'journal', ...COMMON],
  check: COMMON,
};

/**
 * Parses the arguments.
 *
 * @returns a sentence on what is wrong; it repeats no argument, which may be a secret that does not belong there
 */
export function parseCommand(args: readonly string[]): Command | { readonly problem: string } {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return { problem: problemOf(error) };
  }
  const { values, positionals } = parsed;
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name, ...files] = positionals;
  if (name !== 'plan' && name !== 'apply' && name !== 'check') {
    return { problem: 'Expected a command: plan, apply or check.' };
  }
  const foreign = (Object.keys(values) as Option[]).find((option) => !OPTIONS_OF[name].includes(option));
  if (foreign !== undefined) return { problem: `${name} has no option --${foreign}.` };
  const endpoints = {
    ...(values['api-endpoint'] !== undefined && { apiEndpoint: values['api-endpoint'] }),
    ...(values['token-endpoint'] !== undefined && { tokenEndpoint: values['token-endpoint'] }),
  };
  if (name === 'apply' && values.plan !== undefined) {
    if (files.length > 0) return { problem: 'apply takes either files or --plan.' };
    if (values['max-changes'] !== undefined) return { problem: 'A reviewed plan has no limit: omit --max-changes.' };
  } else if (files.length === 0) return { problem: `${name} needs a mapping file.` };
  if (name === 'check') return { name, files, ...endpoints };
  if (name === 'plan') {
    if (values.json && values.markdown) return { problem: 'Choose either --json or --markdown.' };
    return {
      name,
      files,
      format: values.json ? 'json' : values.markdown ? 'markdown' : 'text',
      ...(values.out !== undefined && { out: values.out }),
      detailedExitCode: values['detailed-exitcode'] ?? false,
      ...endpoints,
    };
  }
  const maxChangesPercent = percentOf(values['max-changes']);
  if (maxChangesPercent === undefined) return { problem: '--max-changes needs a percentage such as 50%.' };
  return {
    name,
    source: values.plan === undefined ? { files } : { plan: values.plan },
    yes: values.yes ?? false,
    maxChangesPercent,
    ...(values.journal !== undefined && { journal: values.journal }),
    ...endpoints,
  };
}

function percentOf(text: string | undefined): number | undefined {
  if (text === undefined) return DEFAULT_MAX_CHANGES_PERCENT;
  const [, digits] = /^(\d{1,3})%$/.exec(text) ?? [];
  const percent = Number(digits);
  return percent <= 100 ? percent : undefined;
}

/** Names an option only if it is one: Node.js would repeat whatever was typed. */
function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : '';
  const known = Object.keys(OPTIONS).find((option) => message.includes(`--${option}`));
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && known !== undefined) {
    return OPTIONS[known as Option].type === 'string' ? `--${known} needs a value.` : `--${known} takes no value.`;
  }
  return 'There is an unknown option.';
}
