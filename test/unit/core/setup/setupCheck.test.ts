import { describe, expect, it } from 'vitest';
import type { Accounts, SessionState } from '../../../../src/core/auth/sessionStore';
import type { ApiFailure, FailureKind } from '../../../../src/core/failures/apiFailure';
import {
  checkSetup,
  type CheckedLink,
  type SetupPorts,
  type SetupReading,
} from '../../../../src/core/setup/setupCheck';
import { SkillNames, type WorkspaceSkill } from '../../../../src/core/skills/skillNames';
import { setupReport } from '../../../../src/core/setup/setupReport';
import {
  ACCESS_TOKEN,
  aFailure,
  aProvider,
  mappedTo,
  notMapped,
  SERVICE_PROVIDER,
  SKILL,
} from '../../../support/builders';
import { aRenewableSession } from '../../../support/sessions';
import { unexpected } from '../../../support/unexpected';

const ENTERPRISE = 'alexa::enterprise:management';
const MAPPING = 'amazon_communication::service_provider';
const MINUTE_MS = 60_000;

const provider = aProvider(SERVICE_PROVIDER, { name: 'Hotel' });
const mapped: SetupReading = { mapping: mappedTo(SKILL), aheadMs: 0 };

function signedIn(scopes: readonly string[] = [ENTERPRISE, MAPPING]): SessionState {
  return { type: 'signedIn', session: aRenewableSession({ scopes: [...scopes] }) };
}

function accounts(
  byName: Readonly<Record<string, SessionState>>,
  some: Partial<Accounts> = {},
): SetupPorts['accounts'] {
  return () => Promise.resolve({ byName: new Map(Object.entries(byName)), ...some });
}

/** The skills of a workspace that has one. */
function skillsWith(skill: Pick<WorkspaceSkill, 'name' | 'hasPermission'> | undefined): SkillNames {
  const skills = new SkillNames();
  const source = { folder: 'calling', profile: 'default' };
  skills.setWorkspaceSkills(skill ? [{ id: SKILL, ...skill, source }] : []);
  return skills;
}

function ports(some: Partial<SetupPorts> & { readonly reading?: SetupReading } = {}): SetupPorts {
  const { reading = mapped, ...others } = some;
  return {
    settingProblems: () => [],
    requestedScopes: () => [ENTERPRISE, MAPPING],
    accounts: accounts({ default: signedIn() }),
    apiEndpoint: () => 'https://api.example',
    read: () => Promise.resolve(reading),
    skills: skillsWith({ name: 'Guest Calling', hasPermission: true }),
    ...others,
  };
}

/** Ports that must not be asked for a mapping, because an earlier link is broken. */
function offline(some: Partial<SetupPorts>): SetupPorts {
  return ports({ read: () => unexpected('a read'), ...some });
}

async function linksOf(
  given: SetupPorts,
  listed: typeof provider | undefined = provider,
): Promise<readonly CheckedLink[]> {
  return (await checkSetup(listed, given))?.links ?? unexpected('a canceled check');
}

/** The links with a mark each, as `settings+ signIn- permissions?`. */
function marks(links: readonly CheckedLink[]): string {
  return links.map(({ link, type }) => `${link}${{ ok: '+', broken: '-', notChecked: '?' }[type]}`).join(' ');
}

function problemOf(links: readonly CheckedLink[]) {
  const [problem, ...more] = links.flatMap((each) => (each.type === 'broken' ? [each.problem] : []));
  expect(more).toEqual([]);
  return problem ?? unexpected('a check without a broken link');
}

describe('the check of the setup', () => {
  it('finds everything in order', async () => {
    const links = await linksOf(ports());
    expect(marks(links)).toBe(
      'settings+ signIn+ permissions+ listed+ connection+ access+ availability+ serviceProvider+ mapping+ skill+ clock+',
    );
    expect(links.flatMap((each) => ('note' in each ? [each.note] : []))).toEqual([
      'The API endpoint is https://api.example.',
      'The account is default.',
      `Amazon granted ${MAPPING}, ${ENTERPRISE}.`,
      `It is mapped to the skill Guest Calling (${SKILL}).`,
      'The manifest in calling has amazon_communication::calling.',
    ]);
  });

  it('stops at settings of the account that cannot be used', async () => {
    const asked: string[] = [];
    const links = await linksOf(
      offline({
        accounts: accounts({ europe: signedIn() }),
        settingProblems: (account) => {
          asked.push(account);
          return [
            { setting: 'alexaNetworkMapping.accounts', problem: 'apiEndpoint: Expected a URL' },
            { setting: 'alexaNetworkMapping.accounts', problem: 'tokenEndpoint: Expected a URL' },
          ];
        },
      }),
      aProvider(SERVICE_PROVIDER, { account: 'europe' }),
    );
    expect(asked).toEqual(['europe']);
    expect(marks(links)).toBe(
      'settings- signIn? permissions? listed? connection? access? availability? serviceProvider? mapping? skill? clock?',
    );
    expect(problemOf(links)).toMatchObject({
      cause:
        'alexaNetworkMapping.accounts: apiEndpoint: Expected a URL; alexaNetworkMapping.accounts: tokenEndpoint: Expected a URL',
      nextSteps: ['Correct the setting alexaNetworkMapping.accounts.'],
    });
  });

  it.each<[string, SetupPorts['accounts'], string | undefined, string]>([
    ['no account is signed in', accounts({}), undefined, 'You are signed out'],
    [
      'the session has expired',
      accounts({ default: { type: 'signedOut', reason: 'expired' } }),
      undefined,
      'You are signed out of the account “default”',
    ],
    [
      'another account is',
      accounts({ default: signedIn() }),
      'europe',
      'You are not signed in to the account “europe”',
    ],
    [
      'two are, and none is for it',
      accounts({ asia: signedIn(), europe: signedIn() }),
      undefined,
      'It is not clear which account to use',
    ],
    [
      'the account that it is reserved for has signed out',
      accounts({ europe: signedIn() }, { reserved: 'asia' }),
      undefined,
      'It is not clear which account to use',
    ],
    [
      'the keyring is locked',
      accounts({}, { problem: 'unavailable' }),
      undefined,
      'Your stored sign-in could not be read',
    ],
    [
      'the sign-in is damaged',
      accounts({}, { problem: 'unreadable' }),
      undefined,
      'Your stored sign-in could not be read',
    ],
    ['the sign-in is newer', accounts({}, { problem: 'newer' }), undefined, 'Your stored sign-in could not be read'],
  ])('stops at the sign-in when %s', async (_when, given, account, title) => {
    const links = await linksOf(offline({ accounts: given }), aProvider(SERVICE_PROVIDER, account ? { account } : {}));
    expect(marks(links)).toMatch(/^settings\+ signIn- permissions\? listed\?/);
    expect(problemOf(links).title).toBe(title);
    expect(problemOf(links).nextSteps).not.toEqual([]);
  });

  it('stops at the permissions without the one that mappings need', async () => {
    const links = await linksOf(offline({ accounts: accounts({ default: signedIn([ENTERPRISE]) }) }));
    expect(marks(links)).toMatch(/^settings\+ signIn\+ permissions- listed\? connection\?/);
    expect(problemOf(links).cause).toContain(MAPPING);
  });

  it('names a permission that mappings do not need, and goes on', async () => {
    const links = await linksOf(ports({ accounts: accounts({ default: signedIn([MAPPING]) }) }));
    expect(links).toContainEqual({
      link: 'permissions',
      type: 'ok',
      note: expect.stringMatching(new RegExp(`${ENTERPRISE}\\. Mappings do not need it\\.`)) as string,
    });
    expect(links.at(-1)?.type).toBe('ok');
  });

  it('does not know the permissions of a pasted token, and goes on', async () => {
    const links = await linksOf(
      ports({
        accounts: accounts({
          default: { type: 'signedIn', session: { id: 'pasted', accessToken: ACCESS_TOKEN, expiresAtMs: 1 } },
        }),
      }),
    );
    expect(marks(links)).toBe(
      'settings+ signIn+ permissions? listed+ connection+ access+ availability+ serviceProvider+ mapping+ skill+ clock+',
    );
  });

  it('stops at an empty list', async () => {
    const check = await checkSetup(undefined, offline({}));
    expect(check?.provider).toBeUndefined();
    expect(marks(check?.links ?? [])).toMatch(/^settings\+ signIn\+ permissions\+ listed- connection\?/);
    expect(problemOf(check?.links ?? []).nextSteps).toEqual(['Run Add Service Provider…, then check the setup again.']);
  });

  it.each<[string, FailureKind[]]>([
    ['settings', ['invalidEndpoint']],
    ['signIn', ['signedOut', 'accountMissing', 'renewalFailed', 'endpointUnconfirmed', 'contextChanged']],
    [
      'connection',
      [
        ...(['throttled', 'serverError', 'unavailable', 'timeout', 'network', 'nameResolution'] as const),
        ...(['certificate', 'proxy', 'unexpectedResponse', 'canceled'] as const),
      ],
    ],
    ['access', ['unauthorized', 'conflict']],
    ['serviceProvider', ['notFound', 'badRequest']],
  ])('finds that %s is broken by the failure of the read', async (link, kinds) => {
    for (const kind of kinds) {
      const links = await linksOf(ports({ reading: { failure: aFailure(kind), aheadMs: 0 } }));
      const at = links.findIndex(({ type }) => type === 'broken');
      expect([kind, links[at]?.link]).toEqual([kind, link]);
      expect(links.slice(0, at).every(({ type }) => type === 'ok')).toBe(true);
      expect(links.slice(at + 1).every(({ type }) => type === 'notChecked')).toBe(true);
    }
  });

  it('says what a 403 can mean, of which the access to the API is one', async () => {
    const links = await linksOf(ports({ reading: { failure: aFailure('forbidden', { status: 403 }), aheadMs: 0 } }));
    expect(marks(links)).toMatch(/connection\+ access\? availability- serviceProvider\? mapping\? skill\? clock\?$/);
    expect(links.find(({ link }) => link === 'access')).toMatchObject({
      note: 'The service accepts the access token, but does not tell whether the client ID has API access.',
    });
    const steps = problemOf(links).nextSteps.join('\n');
    for (const reason of ['WebRTC add-on', 'Spain', 'API access', 'amazon_communication::calling']) {
      expect(steps).toContain(reason);
    }
  });

  it('claims nothing of what a request reaches that was not sent', async () => {
    const links = await linksOf(ports({ reading: { failure: aFailure('badRequest', { attempts: [] }) } }));
    expect(marks(links)).toMatch(/listed\+ connection\? access\? availability\? serviceProvider- mapping\?/);
  });

  it('says what helps first', async () => {
    const actionOf = async (kind: FailureKind, some: Partial<ApiFailure> = {}) => {
      const { action, signIn } = problemOf(await linksOf(ports({ reading: { failure: aFailure(kind, some) } })));
      return [action, signIn?.kind];
    };
    expect(await actionOf('unauthorized')).toEqual(['signIn', undefined]);
    expect(await actionOf('renewalFailed', { signIn: { kind: 'invalidClient' } })).toEqual(['signIn', 'invalidClient']);
    expect(await actionOf('nameResolution')).toEqual(['openSettings', undefined]);
    expect(await actionOf('unavailable')).toEqual([undefined, undefined]);
  });

  it.each([
    [5 * MINUTE_MS, undefined],
    [-5 * MINUTE_MS, undefined],
    [6 * MINUTE_MS, 'It is 6 minutes behind the time of the response.'],
    [-90 * MINUTE_MS, 'It is 90 minutes ahead of the time of the response.'],
  ])('compares the clock with the response: %d ms', async (aheadMs, cause) => {
    const links = await linksOf(ports({ reading: { ...mapped, aheadMs } }));
    if (cause === undefined) expect(links.every(({ type }) => type === 'ok')).toBe(true);
    else {
      expect(marks(links)).toMatch(/mapping\+ skill\+ clock-$/);
      expect(problemOf(links).cause).toBe(cause);
    }
  });

  it('says nothing about the clock before the rest works, which does not depend on it', async () => {
    const reading = { failure: aFailure('unauthorized'), aheadMs: 60 * MINUTE_MS };
    expect(marks(await linksOf(ports({ reading })))).toMatch(/access- .* clock\?$/);
  });

  it('does not know the clock without the time of a response', async () => {
    expect(marks(await linksOf(ports({ reading: { mapping: mappedTo(SKILL) } })))).toMatch(/skill\+ clock\?$/);
  });

  it('stops at a skill whose manifest in the workspace lacks the permission', async () => {
    const links = await linksOf(ports({ skills: skillsWith({ hasPermission: false }) }));
    expect(marks(links)).toMatch(/mapping\+ skill- clock\?$/);
    const { cause, nextSteps } = problemOf(links);
    expect([cause, ...nextSteps]).toEqual([
      'The skill is mapped, but its manifest in calling does not have the permission amazon_communication::calling, which calls depend on.',
      'Add the permission amazon_communication::calling to the manifest of the skill, and deploy the skill.',
    ]);
  });

  it.each([
    ['the skill is not in the workspace', undefined],
    ['it has no manifest there', {}],
  ])('does not know the permission of the skill when %s, and goes on', async (_when, skill) => {
    expect(marks(await linksOf(ports({ skills: skillsWith(skill) })))).toMatch(/mapping\+ skill\? clock\+$/);
  });

  it('stops at a service provider that the service does not know', async () => {
    const failure = aFailure('notFound', { operation: 'readProvider', status: 404 });
    const reading: SetupReading = { mapping: notMapped, existence: { type: 'unknown', failure }, aheadMs: 0 };
    const links = await linksOf(ports({ reading }));
    expect(marks(links)).toMatch(/availability\+ serviceProvider- mapping\? skill\? clock\?$/);
    expect(problemOf(links).title).toBe('The service has no such service provider');
  });

  it('stops where nothing is mapped', async () => {
    const marksWith = async (existence: SetupReading['existence']) =>
      marks(await linksOf(ports({ reading: { mapping: notMapped, ...(existence && { existence }), aheadMs: 0 } })));
    expect(await marksWith({ type: 'exists' })).toMatch(/availability\+ serviceProvider\+ mapping- skill\? clock\?$/);
    // It is not mapped, whether or not it exists.
    for (const existence of [{ type: 'untold' }, { type: 'unanswered' }, undefined] as const) {
      expect(await marksWith(existence)).toMatch(/availability\+ serviceProvider\? mapping- skill\? clock\?$/);
    }
  });

  it('claims nothing when another request took its place', async () => {
    expect(marks(await linksOf(ports({ reading: {} })))).toMatch(
      /listed\+ connection\? access\? availability\? serviceProvider\? mapping\? skill\? clock\?$/,
    );
  });

  it('has no result when it was canceled', async () => {
    expect(await checkSetup(provider, ports({ read: () => Promise.resolve(undefined) }))).toBeUndefined();
  });
});

describe('the report of the setup', () => {
  async function reportOf(given: SetupPorts, listed: typeof provider | undefined = provider): Promise<string> {
    return setupReport((await checkSetup(listed, given)) ?? unexpected('a canceled check'));
  }

  it('has a mark and a word for each link', async () => {
    const reading: SetupReading = { failure: aFailure('forbidden', { status: 403 }), aheadMs: 0 };
    const report = await reportOf(ports({ reading }));
    const title = 'The service does not allow this request';
    expect(report).toContain(`
## Result

${title}. What comes after it was not checked.

- ✓ OK: Settings. The API endpoint is https://api.example.
- ✓ OK: Sign-in. The account is default.
- ✓ OK: Permissions of the sign-in. Amazon granted ${MAPPING}, ${ENTERPRISE}.
- ✓ OK: Service provider in the list
- ✓ OK: Connection to the service
- – Not checked: API access of the client ID. The service accepts the access token, but does not tell whether the client ID has API access.
- ✗ Broken: WebRTC add-on, kind and country of the property. ${title}.
- – Not checked: Service provider at the service
- – Not checked: Mapping to a skill
- – Not checked: Permission of the skill
- – Not checked: Clock of this computer

## ${title}
`);
    expect(report).toContain(`- Service provider: \`Hotel\`\n- Service provider ID: \`${SERVICE_PROVIDER}\`\n`);
    expect(report).toMatch(/\n- Checked: \d{4}-\d\d-\d\dT[\d:.]+Z\n/);
    expect(report).toMatch(/\n## Next steps\n\n1\. /);
  });

  it('says whether everything was checked', async () => {
    expect(await reportOf(ports())).toContain('\nEverything works.\n');
    expect(await reportOf(ports({ reading: { mapping: mappedTo(SKILL) } }))).toContain(
      '\nNothing is broken, as far as it could be checked.\n',
    );
  });

  it('contains no secrets, and no markup of others', async () => {
    const hostile = aProvider(SERVICE_PROVIDER, { name: `<img src=x> \`[link](command:x) ${ACCESS_TOKEN}` });
    const settingProblems = () => [{ setting: 'a', problem: `Expected <b>[x](y) ${ACCESS_TOKEN}` }];
    const failure = aFailure('invalidEndpoint', { detail: 'https://a.example?client_secret=hidden is wrong.' });
    expect(await reportOf(ports({ reading: { failure } }))).not.toContain('hidden');
    const report = await reportOf(offline({ settingProblems }), hostile);
    expect(report).not.toContain(ACCESS_TOKEN);
    expect(report).toContain('Service provider: `` <img src=x> `[link](command:x) ');
    expect(report).toContain(String.raw`Expected \<b>\[x](y)`);
  });
});
