import { describe, expect, it } from 'vitest';
import { HELP, parseCommand } from '../../../src/cli/arguments';
import { ACCESS_TOKEN } from '../../support/builders';

describe('the arguments of the command line', () => {
  it.each([
    [['plan', 'a', 'b'], { name: 'plan', files: ['a', 'b'], format: 'text', detailedExitCode: false }],
    [
      ['plan', 'a', '--json', '--out', 'p', '--detailed-exitcode'],
      { name: 'plan', files: ['a'], format: 'json', out: 'p', detailedExitCode: true },
    ],
    [['apply', 'a'], { name: 'apply', source: { files: ['a'] }, yes: false, maxChangesPercent: 30 }],
    [
      ['apply', '--plan=p', '--yes', '--journal', 'j', '--api-endpoint', 'https://x', '--token-endpoint=https://y'],
      {
        name: 'apply',
        source: { plan: 'p' },
        yes: true,
        maxChangesPercent: 30,
        journal: 'j',
        apiEndpoint: 'https://x',
        tokenEndpoint: 'https://y',
      },
    ],
    [
      ['apply', 'a', '--max-changes', '100%'],
      { name: 'apply', source: { files: ['a'] }, yes: false, maxChangesPercent: 100 },
    ],
    [['check', 'a'], { name: 'check', files: ['a'] }],
    [['apply', '--help'], { name: 'help' }],
    [['--version'], { name: 'version' }],
  ])('%j are understood', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it.each([
    [[], 'Expected a command: plan, apply or check.'],
    [['check'], 'check needs a mapping file.'],
    [['plan', 'a', '--json', '--markdown'], 'Choose either --json or --markdown.'],
    [['plan', 'a', '--yes'], 'plan has no option --yes.'],
    [['apply', 'a', '--plan', 'p'], 'apply takes either files or --plan.'],
    [['apply', '--plan', 'p', '--max-changes', '50%'], 'A reviewed plan has no limit: omit --max-changes.'],
    [['apply', 'a', '--max-changes', '50'], '--max-changes needs a percentage such as 50%.'],
    [['apply', 'a', '--max-changes', '101%'], '--max-changes needs a percentage such as 50%.'],
    [['plan', 'a', '--out'], '--out needs a value.'],
    [['apply', 'a', '--yes=no'], '--yes takes no value.'],
    [['plan', 'a', '--bogus'], 'There is an unknown option.'],
    [['plan', 'a', `--access-token=${ACCESS_TOKEN}`], 'There is an unknown option.'],
    [[ACCESS_TOKEN], 'Expected a command: plan, apply or check.'],
  ])('%j are refused, and not repeated', (args, problem) => {
    expect(parseCommand(args)).toEqual({ problem });
  });

  it('are all in the help', () => {
    for (const option of [
      'json',
      'markdown',
      'out',
      'detailed-exitcode',
      'plan',
      'yes',
      'max-changes',
      'journal',
      'api-endpoint',
      'token-endpoint',
      'help',
      'version',
    ]) {
      expect(HELP).toContain(`--${option}`);
    }
    for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });
});
