import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../simulator/simulator';
import { demoCredentials } from '../../simulator/tokens';
import { CommandLineFolder, type CommandLineRun } from '../../support/commandLineRun';
import { freePort } from '../../support/freePort';
import { mappedTo, OTHER_SKILL, SKILL, THIRD_SKILL } from '../../support/builders';

const FILE = 'hotels.network-mappings.json';
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const idOf = (number: number) => `amzn1.comms.csp.id.${uuid(number)}`;

let simulator: Simulator;
let folder: CommandLineFolder;
const runs: CommandLineRun[] = [];

/** Mapped to SKILL: 1 to 12. Not mapped: 13 to 15. */
beforeEach(async () => {
  const seed = Array.from({ length: 15 }, (_, index) => ({
    serviceProviderId: idOf(index + 1),
    skillId: index < 12 ? SKILL : null,
  }));
  simulator = await startSimulator({ seed });
  folder = await CommandLineFolder.create(simulator);
  runs.length = 0;
});

afterEach(async () => {
  await simulator.stop();
  await folder.remove();
  // Whatever happened: no output has a secret.
  const printed = runs.map(({ out, error }) => out + error).join('\n');
  for (const [name, secret] of Object.entries(demoCredentials)) {
    if (/token|secret/i.test(name)) expect(printed).not.toContain(secret);
  }
  expect(printed).not.toMatch(/Atz[ar]\|/);
});

async function run(...[args, some]: Parameters<CommandLineFolder['run']>): Promise<CommandLineRun> {
  const result = await folder.run(args, some);
  runs.push(result);
  return result;
}

const entry = (number: number, skillId: string, name?: string) => ({ serviceProviderId: idOf(number), skillId, name });
/** One create, one remap, one delete, and one that is as wanted. */
const wanted = {
  mappings: [entry(13, SKILL, 'Hotel Aurora'), entry(1, OTHER_SKILL), entry(2, SKILL)],
  absent: [idOf(3), idOf(14)],
};
const writes = () => simulator.control.requests().filter(({ operation }) => /create|update|delete/.test(operation));
const live = (number: number) => simulator.control.mappingOf(idOf(number));

describe('plan', () => {
  it('shows each change and changes nothing', async () => {
    await folder.write(FILE, wanted);
    const { code, out, error } = await run(['plan', FILE]);
    expect(out.replace(/[\da-f]{64}/, 'HASH')).toBe(`+ map Hotel Aurora (${idOf(13)})
    not mapped -> ${SKILL}
~ remap ${idOf(1)}
    ${SKILL} -> ${OTHER_SKILL}
- delete ${idOf(3)}
    ${SKILL} -> not mapped
Plan: 1 to map, 1 to remap, 1 to delete, 2 unchanged.
Plan hash: HASH
`);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(writes()).toEqual([]);
  });

  it('ends with 2 if there are changes and this was asked for, and with 0 if there are none', async () => {
    await folder.write(FILE, wanted);
    expect((await run(['plan', FILE, '--detailed-exitcode'])).code).toBe(2);
    await folder.write(FILE, { mappings: [entry(2, SKILL.replace('amzn1.ask.skill.', 'amzn1.alexa.skill.did.'))] });
    const { code, out } = await run(['plan', FILE, '--detailed-exitcode']);
    expect({ code, out }).toEqual({ code: 0, out: 'No changes: 0 to map, 0 to remap, 0 to delete, 1 unchanged.\n' });
  });

  it('prints JSON for programs', async () => {
    await folder.write(FILE, { account: 'staging', ...wanted });
    const { out } = await run(['plan', FILE, '--json']);
    expect(JSON.parse(out)).toEqual({
      version: 1,
      hash: expect.stringMatching(/^[\da-f]{64}$/) as string,
      endpoint: simulator.url,
      account: 'staging',
      counts: { create: 1, remap: 1, delete: 1, unchanged: 2, unreadable: 0 },
      changes: [
        { action: 'map', serviceProviderId: idOf(13), name: 'Hotel Aurora', from: null, to: SKILL },
        { action: 'remap', serviceProviderId: idOf(1), from: SKILL, to: OTHER_SKILL },
        { action: 'delete', serviceProviderId: idOf(3), from: SKILL, to: null },
      ],
      unreadable: [],
    });
  });

  it('prints Markdown for a comment, in which names are plain text', async () => {
    await folder.write(FILE, { mappings: [entry(13, SKILL, '<b>@everyone</b> | [x](http://y)')] });
    const { out } = await run(['plan', FILE, '--markdown']);
    expect(out.startsWith('<!-- alexa-network-mapping plan -->\n')).toBe(true);
    expect(out).toContain('| map | \\<b\\>\\@everyone\\<\\/b\\> \\| \\[x\\]\\(http\\:\\/\\/y\\) ');
    expect(out).toMatch(/Plan hash: `[\da-f]{64}`/);
  });

  it('says that a service provider is unknown', async () => {
    await folder.write(FILE, { mappings: [entry(99, SKILL)] });
    expect((await run(['plan', FILE])).out).toContain('The service has no such service provider');
  });

  it('resolves profiles of the skill projects in the folder', async () => {
    await mkdir(path.join(folder.path, 'skill/.ask'), { recursive: true });
    await writeFile(
      path.join(folder.path, 'skill/.ask/ask-states.json'),
      JSON.stringify({ profiles: { staging: { skillId: OTHER_SKILL } } }),
    );
    await folder.write(FILE, { mappings: [entry(1, '${profile:staging}')] });
    expect((await run(['plan', FILE])).out).toContain(`${SKILL} -> ${OTHER_SKILL}`);
  });

  it('gets an access token for a refresh token, and another one when it expires', async () => {
    await folder.write(FILE, wanted);
    const { clientId, clientSecret, refreshToken } = demoCredentials;
    const environment = {
      ...folder.environment,
      LWA_CLIENT_ID: clientId,
      LWA_CLIENT_SECRET: clientSecret,
      LWA_REFRESH_TOKEN: refreshToken,
    };
    simulator.control.expireToken(demoCredentials.accessToken);
    expect((await run(['plan', FILE], { environment })).code).toBe(0);
    expect((await run(['plan', FILE], { environment: { ...environment, LWA_ACCESS_TOKEN: undefined } })).code).toBe(0);
    expect(simulator.control.requests().filter(({ operation }) => operation === 'token')).toHaveLength(2);
  });
});

describe('check', () => {
  it('ends with 2 and the difference, or with 0', async () => {
    await folder.write(FILE, wanted);
    const drift = await run(['check', FILE]);
    expect(drift.code).toBe(2);
    expect(drift.out).toContain('The service differs from the files.');
    await folder.write(FILE, { mappings: [entry(2, SKILL)], absent: [idOf(14)] });
    expect(await run(['check', FILE])).toEqual({
      code: 0,
      out: 'The service agrees with the files.\nTo apply the files: 0 to map, 0 to remap, 0 to delete, 2 unchanged.\n',
      error: '',
    });
    expect(writes()).toEqual([]);
  });
});

describe('apply', () => {
  it('applies the plan with --yes, records each change twice, and has nothing left to do', async () => {
    await folder.write(FILE, wanted);
    const { code, out, error } = await run(['apply', FILE, '--yes', '--journal', 'journal.jsonl']);
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain(`done: remap ${idOf(1)}: ${SKILL} -> ${OTHER_SKILL}`);
    expect(out).toContain('Applied 3 of 3 changes.');
    expect([live(13), live(1), live(2), live(3)]).toEqual([SKILL, OTHER_SKILL, SKILL, undefined]);
    const journal = path.join(folder.path, 'journal.jsonl');
    const records = (await readFile(journal, 'utf8'))
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line) as { type: string; change?: object; closing?: object }[]);
    expect(records.map(({ type }) => type).sort()).toEqual([
      ...Array<string>(3).fill('completed'),
      ...Array<string>(3).fill('started'),
    ]);
    expect(records.map(({ change }) => change)).toContainEqual(
      expect.objectContaining({
        operation: 'update',
        serviceProviderId: idOf(1),
        before: mappedTo(SKILL),
        target: mappedTo(OTHER_SKILL),
        endpoint: simulator.url,
        account: 'default',
        selected: 5,
      }),
    );
    if (process.platform !== 'win32') expect((await stat(journal)).mode & 0o077).toBe(0);
    expect((await run(['check', FILE])).code).toBe(0);
  });

  it('sends nothing that it cannot record', async () => {
    await folder.write(FILE, wanted);
    const { code, error } = await run(['apply', FILE, '--yes', '--journal', 'missing/journal.jsonl']);
    expect(code).toBe(3);
    expect(error).toContain('The change history could not be written (ENOENT).');
    expect(writes()).toEqual([]);
  });

  it('asks in a terminal, and wants the word', async () => {
    await folder.write(FILE, wanted);
    for (const answer of ['', 'y', 'no', 'YES']) {
      const { code, error } = await run(['apply', FILE], { answers: () => answer });
      expect({ code, error }).toEqual({ code: 1, error: 'Not confirmed. Nothing was changed.\n' });
    }
    expect(writes()).toEqual([]);
    const { code, out } = await run(['apply', FILE], { answers: () => 'yes' });
    expect(code).toBe(0);
    expect(out).toContain('Apply these 3 changes? Type yes to apply: ');
  });

  it('refuses without --yes where it cannot ask, before it sends anything', async () => {
    await folder.write(FILE, wanted);
    const { code, error } = await run(['apply', FILE]);
    expect(code).toBe(1);
    expect(error).toContain('Use --yes');
    expect(simulator.control.requests()).toEqual([]);
  });

  it('stops above the threshold, shows the plan, and names the way past it', async () => {
    const mappings = [1, 2, 3, 4].map((number) => entry(number, OTHER_SKILL));
    const rest = [5, 6, 7, 8, 9, 10].map((number) => entry(number, SKILL));
    await folder.write(FILE, { mappings: [...mappings, ...rest] });
    const planned = await run(['plan', FILE]);
    expect(planned.code).toBe(0);
    expect(planned.error).toContain('more than 30 %');
    const { code, out, error } = await run(['apply', FILE, '--yes']);
    expect(code).toBe(1);
    expect(out).toContain('4 to remap');
    expect(error).toContain('--max-changes 40%');
    expect(writes()).toEqual([]);
    expect((await run(['apply', FILE, '--yes', '--max-changes', '40%'])).code).toBe(0);
    expect(writes()).toHaveLength(4);
  });

  it('asks again with the current plan if a mapping was changed while the question was open', async () => {
    await folder.write(FILE, { mappings: [entry(1, OTHER_SKILL)] });
    const questions: string[] = [];
    const { code } = await run(['apply', FILE], {
      answers: async (question) => {
        questions.push(question);
        if (questions.length > 1) return 'no';
        simulator.control.setProvider({ serviceProviderId: idOf(1), skillId: THIRD_SKILL });
        // Longer than a reading counts as fresh.
        await new Promise((resolve) => setTimeout(resolve, 3_100));
        return 'yes';
      },
    });
    expect(questions[1]).toContain('changed in the meantime');
    expect(code).toBe(1);
    expect(live(1)).toBe(THIRD_SKILL);
  });
});

describe('a reviewed plan', () => {
  const PLAN = 'plan.json';

  beforeEach(async () => {
    await folder.write(FILE, wanted);
    expect((await run(['plan', FILE, '--out', PLAN])).code).toBe(0);
  });

  it('is applied as it was reviewed, whatever the file says by then', async () => {
    await folder.write(FILE, { mappings: [] });
    const { code, out } = await run(['apply', '--plan', PLAN, '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('Hotel Aurora');
    expect([live(13), live(1), live(3)]).toEqual([SKILL, OTHER_SKILL, undefined]);
    const again = await run(['apply', '--plan', PLAN, '--yes']);
    expect(again.code).toBe(0);
    expect(again.out).toContain('No changes');
    expect(writes()).toHaveLength(3);
  });

  it('leaves alone what was changed since, applies the rest, and ends with 3', async () => {
    simulator.control.setProvider({ serviceProviderId: idOf(1), skillId: THIRD_SKILL });
    const { code, out } = await run(['apply', '--plan', PLAN, '--yes']);
    expect(code).toBe(3);
    expect(out).toContain(`! left alone: ${idOf(1)}: changed in the meantime, now ${THIRD_SKILL}`);
    expect(out).toContain('Applied 2 of 2 changes.');
    expect([live(13), live(1), live(3)]).toEqual([SKILL, THIRD_SKILL, undefined]);
  });

  it('is applied as far as the mappings can be read, and ends with 3 for the rest', async () => {
    simulator.control.addFault({ name: 'forbidden', operation: 'get', serviceProviderId: idOf(1) });
    const { code, out } = await run(['apply', '--plan', PLAN, '--yes']);
    expect(code).toBe(3);
    expect(out).toContain(`! could not be read: ${idOf(1)}`);
    expect(out).toContain('Applied 2 of 2 changes.');
    expect([live(13), live(1), live(3)]).toEqual([SKILL, SKILL, undefined]);
  });

  it('has the hash that the plan printed', async () => {
    const { out } = await run(['plan', FILE]);
    const { hash } = JSON.parse(await readFile(path.join(folder.path, PLAN), 'utf8')) as { hash: string };
    expect(out).toContain(`Plan hash: ${hash}`);
  });

  it('is refused after an edit, and at another endpoint', async () => {
    const text = await readFile(path.join(folder.path, PLAN), 'utf8');
    await folder.write(PLAN, text.replace(OTHER_SKILL, THIRD_SKILL));
    expect(await run(['apply', '--plan', PLAN, '--yes'])).toMatchObject({
      code: 1,
      error: 'Error: The plan was edited after it was made. Make a new one.\n',
    });
    await folder.write(PLAN, text);
    const other = await run(['apply', '--plan', PLAN, '--yes', '--api-endpoint', 'https://api.eu.amazonalexa.com']);
    expect(other.code).toBe(1);
    expect(other.error).toContain('not for https://api.eu.amazonalexa.com');
    expect(writes()).toEqual([]);
  });
});

describe('errors end with 1, and send nothing', () => {
  it.each([
    [['plan'], 'plan needs a mapping file.'],
    [['plan', 'missing.json'], 'missing.json: There is no such file.'],
    [['bogus', FILE], 'Expected a command'],
    [['check', FILE, '--yes'], 'check has no option --yes.'],
  ])('%j', async (args, message) => {
    await folder.write(FILE, wanted);
    const { code, error } = await run(args);
    expect(code).toBe(1);
    expect(error).toContain(message);
    expect(simulator.control.requests()).toEqual([]);
  });

  it('where the service cannot be reached', async () => {
    await folder.write(FILE, wanted);
    const unreachable = `http://127.0.0.1:${await freePort()}`;
    const runs = [
      ['plan', FILE],
      ['check', FILE],
      ['apply', FILE, '--yes'],
    ].map((args) => run([...args, '--api-endpoint', unreachable]));
    for (const { code, out, error } of await Promise.all(runs)) {
      expect(code).toBe(1);
      expect(out.match(/could not be read: /g)).toHaveLength(5);
      expect(error).toContain('Check the network and the endpoints.');
    }
    expect(simulator.control.requests()).toEqual([]);
  });

  it('with the line and the column of each problem in a file', async () => {
    await folder.write(FILE, `{\n  "mappings": [\n    { "serviceProviderId": "a b", "skillId": "x" },\n    7\n  ]\n}`);
    const { code, error } = await run(['check', FILE]);
    expect(code).toBe(1);
    expect(error).toContain(`${FILE}:3:28: An ID has no spaces`);
    expect(error).toContain(`${FILE}:4:5: Expected an object`);
    expect(error).toContain('Nothing was sent.');
    expect(simulator.control.requests()).toEqual([]);
  });

  it('where two files disagree, or are for different accounts', async () => {
    await folder.write(FILE, { mappings: [entry(1, SKILL)] });
    await folder.write('other.json', { mappings: [entry(1, OTHER_SKILL)] });
    expect((await run(['plan', FILE, 'other.json'])).error).toContain(`other.json has another skill`);
    await folder.write('other.json', { account: 'x', mappings: [entry(2, OTHER_SKILL)] });
    expect((await run(['plan', FILE, 'other.json'])).error).toContain('different accounts');
    expect(simulator.control.requests()).toEqual([]);
  });

  it('without a sign-in, or with a secret in the wrong variable, which is not repeated', async () => {
    await folder.write(FILE, wanted);
    const without = { ...folder.environment, LWA_ACCESS_TOKEN: undefined };
    expect((await run(['plan', FILE], { environment: without })).error).toContain(
      'Not signed in: set LWA_ACCESS_TOKEN',
    );
    const environment = { ...folder.environment, LWA_ACCESS_TOKEN: demoCredentials.refreshToken };
    expect((await run(['plan', FILE], { environment })).error).toContain('LWA_ACCESS_TOKEN: This is a refresh token.');
    expect(simulator.control.requests()).toEqual([]);
  });
});

describe('under faults', () => {
  beforeEach(async () => {
    await folder.write(FILE, wanted);
  });

  it.each([
    ['unauthorized', '401 Unauthorized', 'Check LWA_ACCESS_TOKEN or LWA_REFRESH_TOKEN.'],
    ['forbidden', '403 Forbidden', 'Check the scopes'],
    ['notFoundJson', '404 Not Found', 'Unexpected response'],
  ] as const)('%s: plan and check say so and end with 1, and apply sends nothing', async (name, status, hint) => {
    simulator.control.addFault({ name, operation: 'get', serviceProviderId: idOf(1) });
    for (const args of [
      ['plan', FILE, '--out', 'plan.json'],
      ['check', FILE],
      ['apply', FILE, '--yes'],
    ]) {
      const { code, out, error } = await run(args);
      expect(code).toBe(1);
      expect(out).toContain(`! could not be read: ${idOf(1)}`);
      expect(out).toContain(status);
      expect(out + error).toContain(hint);
    }
    await expect(stat(path.join(folder.path, 'plan.json'))).rejects.toThrow('ENOENT');
    expect(writes()).toEqual([]);
  });

  it('waits as long as a 429 requests, and then goes on', async () => {
    simulator.control.addFault({ kind: 'answer', status: 429, retryAfter: { seconds: 1 }, count: 1 });
    expect((await run(['apply', FILE, '--yes'])).code).toBe(0);
    const refused = simulator.control.requests().find(({ status }) => status === 429);
    const again = simulator.control
      .requests()
      .find(({ status, serviceProviderId }) => status !== 429 && serviceProviderId === refused?.serviceProviderId);
    // A timer may be a few milliseconds early.
    expect((again?.startedAtMs ?? 0) - (refused?.endedAtMs ?? Infinity)).toBeGreaterThan(950);
  });

  it('retries a read after a 500', async () => {
    simulator.control.addFault({ name: 'serverError', operation: 'get', count: 2 });
    expect((await run(['check', FILE])).code).toBe(2);
  });

  it.each([
    ['serverErrorAfterWrite', 0, OTHER_SKILL],
    ['resetAfterWrite', 0, OTHER_SKILL],
    ['serverError', 3, SKILL],
    ['badRequest', 3, SKILL],
    ['resetBeforeWrite', 3, SKILL],
  ] as const)('after %s at a write, tells what the service has, and sends it once', async (name, code, skillId) => {
    await folder.write(FILE, { mappings: [entry(1, OTHER_SKILL)] });
    simulator.control.addFault({ name, operation: 'update', count: 1 });
    const result = await run(['apply', FILE, '--yes', '--journal', 'journal.jsonl']);
    expect(result.code).toBe(code);
    expect(live(1)).toBe(skillId);
    expect(writes()).toHaveLength(1);
    expect(result.out).toContain(code === 0 ? 'Applied 1 of 1 changes.' : 'Applied 0 of 1 changes.');
    expect(result.out).toContain(
      code === 0 ? 'done: remap' : name === 'resetBeforeWrite' ? '! unconfirmed' : '! failed',
    );
  });

  it('leaves alone what another client changed after it was read, and ends with 3', async () => {
    await folder.write(FILE, { mappings: [entry(13, OTHER_SKILL)] });
    void simulator.control
      .waitForRequest(({ operation }) => operation === 'create')
      .then(() => {
        simulator.control.setProvider({ serviceProviderId: idOf(13), skillId: THIRD_SKILL });
      });
    simulator.control.addFault({ name: 'conflict', operation: 'create' });
    const { code, out } = await run(['apply', FILE, '--yes']);
    expect(code).toBe(3);
    expect(out).toMatch(/left alone|unconfirmed|failed/);
    expect(live(13)).toBe(THIRD_SKILL);
  });

  describe('an expired access token', () => {
    const count = 60;
    /** The most requests that are sent before the first response is known: the limiter starts with four. */
    const IN_FLIGHT = 8;
    const refusals = () => simulator.control.requests().filter(({ status }) => status === 401);

    beforeEach(async () => {
      const seed = Array.from({ length: count }, (_, index) => ({ serviceProviderId: idOf(index + 1), skillId: null }));
      simulator.control.seed(seed);
      simulator.control.expireToken(demoCredentials.accessToken);
      await folder.write(FILE, { mappings: seed.map((_, index) => entry(index + 1, SKILL)) });
    });

    it.each([[['check']], [['apply', '--yes']]])('ends %j at the first 401, with a reason', async (args) => {
      const { code, out, error } = await run([...args, FILE]);
      expect(code).toBe(1);
      expect(out).toContain('could not be read: ');
      expect(out.match(/could not be read: /g)).toHaveLength(refusals().length);
      expect(error).toContain('A 401 means either that the access token is expired');
      expect(error).toContain('Error: Stopped at the refused access token. Nothing was changed.');
      expect(simulator.control.requests().length).toBeLessThanOrEqual(IN_FLIGHT);
    });

    it('is renewed once for all requests if it can be', async () => {
      const environment = {
        ...folder.environment,
        LWA_CLIENT_ID: demoCredentials.clientId,
        LWA_CLIENT_SECRET: demoCredentials.clientSecret,
        LWA_REFRESH_TOKEN: demoCredentials.refreshToken,
      };
      expect(await run(['apply', FILE, '--yes'], { environment })).toMatchObject({ code: 0, error: '' });
      expect(refusals().length).toBeLessThanOrEqual(IN_FLIGHT);
      expect(simulator.control.requests().filter(({ operation }) => operation === 'token')).toHaveLength(1);
    });

    it('ends the run also when it is another one that was just issued', async () => {
      simulator.control.addFault({ name: 'unauthorized', operation: 'mapping' });
      const environment = {
        ...folder.environment,
        LWA_ACCESS_TOKEN: undefined,
        LWA_CLIENT_ID: demoCredentials.clientId,
        LWA_CLIENT_SECRET: demoCredentials.clientSecret,
        LWA_REFRESH_TOKEN: demoCredentials.refreshToken,
      };
      const { code, error } = await run(['check', FILE], { environment });
      expect(code).toBe(1);
      expect(error).toContain('Stopped at the refused access token.');
      expect(refusals().length).toBeLessThanOrEqual(IN_FLIGHT);
      expect(simulator.control.requests().filter(({ operation }) => operation === 'token')).toHaveLength(1);
    });

    it('that expires while changes are sent ends them, and tells which were made', async () => {
      simulator.control.restoreToken(demoCredentials.accessToken);
      simulator.control.setSwitches({ latencyMs: { min: 30, max: 30 } });
      void simulator.control
        .waitForRequest(({ operation, tookEffect }) => operation === 'create' && tookEffect)
        .then(() => {
          simulator.control.expireToken(demoCredentials.accessToken);
        });
      const { code, out, error } = await run(['apply', FILE, '--yes']);
      const mapped = simulator.control.providers().filter(({ skillId }) => skillId !== null);
      expect(code).toBe(3);
      expect(out).toContain(`Applied ${mapped.length} of ${count} changes.`);
      expect(out.match(/^done: /gm)).toHaveLength(mapped.length);
      expect(out.match(/^! failed: .*The service refused the access token/gm)).toHaveLength(count - mapped.length);
      expect(error).toContain('A 401 means either');
      expect(refusals().length).toBeLessThan(count / 2);
    });
  });

  it('reads on where an accepted token has no access to single service providers', async () => {
    // The fifth of the file: it is read once a response to the first four has arrived.
    simulator.control.setProvider({ serviceProviderId: idOf(14), account: 'other' });
    const { code, out } = await run(['check', FILE]);
    expect(code).toBe(1);
    expect(out.match(/could not be read: /g)).toHaveLength(1);
    expect(out).toContain('To apply the files: 1 to map, 1 to remap, 1 to delete');
  });

  it('says which of the credentials Login with Amazon refused', async () => {
    const environment = {
      ...folder.environment,
      LWA_ACCESS_TOKEN: undefined,
      LWA_CLIENT_ID: demoCredentials.clientId,
      LWA_CLIENT_SECRET: demoCredentials.otherAccountClientSecret,
      LWA_REFRESH_TOKEN: demoCredentials.refreshToken,
    };
    const { code, error } = await run(['check', FILE], { environment });
    expect(code).toBe(1);
    expect(error).toContain('Check LWA_CLIENT_ID and LWA_CLIENT_SECRET.');
    expect(simulator.control.requests().filter(({ operation }) => operation === 'token')).toHaveLength(1);
  });
});

describe('Ctrl+C', () => {
  it('ends a read at once, with 1', async () => {
    await folder.write(FILE, wanted);
    const stop = new AbortController();
    simulator.control.addFault({ name: 'hang', operation: 'get' });
    void simulator.control
      .waitForRequest(() => true)
      .then(() => {
        stop.abort();
      });
    const { code, error } = await run(['check', FILE], { stopSignal: stop.signal });
    expect({ code, error }).toEqual({ code: 1, error: 'Error: Canceled. Nothing was changed.\n' });
  });

  it.each([1, 40])('stops between writes: one of %i in progress completes and is told', async (count) => {
    const seed = Array.from({ length: count }, (_, index) => ({ serviceProviderId: idOf(index + 1), skillId: null }));
    simulator.control.seed(seed);
    simulator.control.setSwitches({ latencyMs: { min: 100, max: 100 } });
    await folder.write(FILE, { mappings: seed.map((_, index) => entry(index + 1, SKILL)) });
    const stop = new AbortController();
    void simulator.control
      .waitForRequest(({ operation }) => operation === 'create')
      .then(() => {
        stop.abort();
      });
    const { code, out, error } = await run(['apply', FILE, '--yes'], { stopSignal: stop.signal });
    const mapped = simulator.control.providers().filter(({ skillId }) => skillId !== null);
    expect(mapped.length).toBeGreaterThan(0);
    expect(out).toContain(`Applied ${mapped.length} of ${count} changes.`);
    expect(out.match(/^done: /gm)).toHaveLength(mapped.length);
    expect(out.match(/^! not started: /gm) ?? []).toHaveLength(count - mapped.length);
    expect(out).not.toContain('unconfirmed');
    expect(error).toContain('Stopped.');
    expect(code).toBe(count === mapped.length ? 0 : 3);
  });
});
