import { describe, expect, it } from 'vitest';
import { rowState, type ProviderStatus } from '../../../../src/core/mappings/providerStatus';
import { abbreviateId, rowText } from '../../../../src/core/presentation/rowText';
import { rowTooltip } from '../../../../src/core/presentation/rowTooltip';
import {
  aFailure,
  aProvider,
  mappedTo,
  notMapped,
  OTHER_SKILL,
  SERVICE_PROVIDER,
  SKILL,
  skillsNamed,
} from '../../../support/builders';

const NO_NAMES = skillsNamed();
const clock = () => '14:02';
const shortSkill = SKILL.slice('amzn1.ask.skill.'.length);
const known = { mapping: mappedTo(SKILL), readAtMs: 0 };
const readError = aFailure('network');
const nothing = { mapping: notMapped, readAtMs: 0 };
const attempt = { attempt: 2, attempts: 6, failure: readError };
const limited = { attempt: 1, attempts: 6, failure: aFailure('throttled'), untilMs: 14_000 };
const unknownFailure = aFailure('notFound', { operation: 'readProvider', status: 404 });
const UNKNOWN: ProviderStatus = {
  lastKnown: { mapping: notMapped, readAtMs: 0 },
  existence: { type: 'unknown', failure: unknownFailure },
  lastFailure: unknownFailure,
};

function textOf(status: ProviderStatus, signedIn = true, name?: string) {
  const provider = aProvider(SERVICE_PROVIDER, name === undefined ? {} : { name });
  return rowText(provider, status, rowState(status, signedIn), NO_NAMES, clock);
}

describe('the accessible label of a row', () => {
  it.each<[string, ProviderStatus, boolean]>([
    [`mapped to ${SKILL}`, { lastKnown: known }, true],
    ['not mapped', { lastKnown: { mapping: notMapped, readAtMs: 0 } }, true],
    ['unknown service provider', UNKNOWN, true],
    ['checking', { ...UNKNOWN, existence: { type: 'pending' } }, true],
    ['checking', {}, true],
    ['checking', { lastKnown: known, inFlight: 'get' }, true],
    ['checking, mapping', { inFlight: 'create' }, true],
    ['checking, remapping', { lastKnown: known, inFlight: 'update' }, true],
    ['checking, deleting the mapping', { lastKnown: known, inFlight: 'delete' }, true],
    ['not mapped, waiting to be mapped', { lastKnown: nothing, queued: 'create' }, true],
    [`mapped to ${SKILL}, waiting to be remapped`, { lastKnown: known, queued: 'update' }, true],
    [`mapped to ${SKILL}, its mapping is waiting to be deleted`, { lastKnown: known, queued: 'delete' }, true],
    ['checking, attempt 2 of 6: no connection', { inFlight: 'get', wait: attempt }, true],
    ['checking, remapping, waiting: Amazon limits requests', { inFlight: 'update', wait: limited }, true],
    ['signed out', { lastKnown: known }, false],
    ['could not be read: no connection', { lastKnown: known, readError }, true],
  ])('ends with: %s', (state, status, signedIn) => {
    expect(textOf(status, signedIn, 'Hotel').accessibilityLabel).toBe(`Hotel, ${state}`);
    expect(textOf(status, signedIn).accessibilityLabel).toBe(`${SERVICE_PROVIDER}, ${state}`);
  });
});

it.each([
  [{ operation: 'create', skillId: SKILL } as const, 'mapping unconfirmed'],
  [{ operation: 'update', skillId: SKILL } as const, 'remap unconfirmed'],
  [{ operation: 'delete' } as const, 'deletion unconfirmed'],
])('says after the state of the row that a change may still take effect: %s', (what, text) => {
  const change = { ...what, serviceProviderId: SERVICE_PROVIDER };
  const status: ProviderStatus = { lastKnown: known, unconfirmed: { change, failure: readError } };
  expect(textOf(status, true, 'Hotel')).toMatchObject({
    description: `${shortSkill} · ${text}`,
    accessibilityLabel: `Hotel, mapped to ${SKILL}, ${text}`,
  });
  expect(rowTooltip(aProvider(), status, rowState(status, true), NO_NAMES, clock)).toContain(text);
});

describe('a service provider that does not exist', () => {
  it('says so in the row, also while it is read again or cannot be read', () => {
    expect(textOf(UNKNOWN).description).toBe('unknown service provider');
    expect(textOf({ ...UNKNOWN, inFlight: 'get' }).description).toBe('unknown service provider');
    expect(textOf({ ...UNKNOWN, readError }).description).toBe(
      'no connection (unknown service provider, last read 14:02)',
    );
    expect(rowTooltip(aProvider(), UNKNOWN, { type: 'unknownProvider' }, NO_NAMES, clock)).toEqual([
      SERVICE_PROVIDER,
      'unknown service provider',
      'Last read 14:02: unknown service provider',
      'The service has no such service provider',
    ]);
  });

  it('is not said to be unmapped before that is known', () => {
    const status: ProviderStatus = { ...UNKNOWN, existence: { type: 'pending' } };
    expect(textOf(status).description).toBe('checking…');
    expect(textOf(status, false).description).toBe('signed out');
  });
});

describe('the visible text of a row', () => {
  it('omits the prefix that all IDs share, where the rest is distinct enough', () => {
    expect(textOf({ lastKnown: known }).description).toBe(shortSkill);
    expect(rowText(aProvider(), {}, mappedTo(SKILL), NO_NAMES, clock).description).toBe(shortSkill);
    expect(textOf({ lastKnown: known }).label).toBe(SERVICE_PROVIDER.slice('amzn1.comms.csp.id.'.length));
    const short = aProvider('amzn1.comms.csp.id.2');
    expect(rowText(short, {}, { type: 'checking' }, NO_NAMES, clock).label).toBe('amzn1.comms.csp.id.2');
  });

  it('keeps the last known mapping with its time when it can no longer be read', () => {
    expect(textOf({ lastKnown: known, readError }).description).toBe(`no connection (${shortSkill}, last read 14:02)`);
    expect(textOf({ lastKnown: known }, false).description).toBe(`signed out (${shortSkill}, last read 14:02)`);
    expect(textOf({ readError }).description).toBe('no connection');
  });

  it('shows the operation in progress, with the mapping in place during a re-read', () => {
    expect(textOf({ lastKnown: known, inFlight: 'get' }).description).toBe(shortSkill);
    expect(textOf({ lastKnown: known, inFlight: 'update' }).description).toBe('remapping…');
    expect(textOf({ lastKnown: known, inFlight: 'delete' }).description).toBe('deleting the mapping…');
    expect(textOf({ inFlight: 'create' }).description).toBe('mapping…');
    expect(textOf({ inFlight: 'get' }).description).toBe('checking…');
  });

  it('shows what a retry waits for, and how long in the tooltip', () => {
    const wait = { attempt: 2, attempts: 6, failure: readError };
    expect(textOf({ inFlight: 'get', wait }).description).toBe('checking… · attempt 2 of 6: no connection');
    expect(textOf({ lastKnown: known, inFlight: 'get', wait }).description).toBe(
      `${shortSkill} · attempt 2 of 6: no connection`,
    );
    const throttled = { attempt: 1, attempts: 6, failure: aFailure('throttled'), untilMs: 14_000 };
    expect(textOf({ inFlight: 'get', wait: throttled }).description).toBe(
      'checking… · waiting: Amazon limits requests',
    );
    const tooltip = rowTooltip(
      aProvider(),
      { inFlight: 'get', wait: throttled },
      { type: 'checking' },
      NO_NAMES,
      clock,
      { nowMs: 10_100 },
    );
    expect(tooltip).toContain('waiting 4 s: Amazon limits requests');
    const unavailable = { attempt: 3, attempts: 6, failure: aFailure('unavailable'), untilMs: 12_000 };
    expect(
      rowTooltip(aProvider(), { inFlight: 'get', wait: unavailable }, { type: 'checking' }, NO_NAMES, clock, {
        nowMs: 10_000,
      }),
    ).toContain('waiting 2 s: service unavailable');
  });

  it('shows the wait after the state', () => {
    expect(textOf({ lastKnown: known, queued: 'update' }).description).toBe(`${shortSkill} · waiting to be remapped`);
    expect(textOf({ lastKnown: { mapping: notMapped, readAtMs: 0 }, queued: 'create' }).description).toBe(
      'not mapped · waiting to be mapped',
    );
    expect(textOf({ lastKnown: known, queued: 'delete', inFlight: 'get' }).description).toBe(
      `${shortSkill} · its mapping is waiting to be deleted`,
    );
  });
});

it('says last which mapping file a row differs from', () => {
  const change = { operation: 'update', skillId: OTHER_SKILL, serviceProviderId: SERVICE_PROVIDER } as const;
  const differsFrom = 'hotels.network-mappings.json';
  const text = (status: ProviderStatus) =>
    rowText(aProvider(SERVICE_PROVIDER), status, rowState(status, true), NO_NAMES, clock, differsFrom);
  expect(text({ lastKnown: known })).toMatchObject({
    description: `${shortSkill} · differs from ${differsFrom}`,
    accessibilityLabel: `${SERVICE_PROVIDER}, mapped to ${SKILL}, differs from ${differsFrom}`,
  });
  expect(text({ lastKnown: known, unconfirmed: { change, failure: readError } }).accessibilityLabel).toBe(
    `${SERVICE_PROVIDER}, mapped to ${SKILL}, remap unconfirmed, differs from ${differsFrom}`,
  );
  const tooltip = rowTooltip(aProvider(), { lastKnown: known }, mappedTo(SKILL), NO_NAMES, clock, { differsFrom });
  expect(tooltip[2]).toBe(`differs from ${differsFrom}`);
});

it('says last which mapping file lists a row, unless that wants another mapping', () => {
  const file = 'hotels.network-mappings.json';
  const provider = aProvider(SERVICE_PROVIDER, { file });
  const label = (differsFrom?: string) =>
    rowText(provider, { lastKnown: known }, mappedTo(SKILL), NO_NAMES, clock, differsFrom).accessibilityLabel;
  expect(label()).toBe(`${SERVICE_PROVIDER}, mapped to ${SKILL}, from ${file}`);
  expect(label(file)).toBe(`${SERVICE_PROVIDER}, mapped to ${SKILL}, differs from ${file}`);
  const tooltip = rowTooltip(provider, {}, mappedTo(SKILL), NO_NAMES, clock, { differsFrom: file });
  expect(tooltip.slice(2, 4)).toEqual([`differs from ${file}`, `from ${file}`]);
});

describe('a shortened ID', () => {
  it('keeps its beginning and its end', () => {
    expect(abbreviateId(SKILL)).toBe('7d9ef6a0…1f0a01');
    expect(abbreviateId('amzn1.ask.skill.4567')).toBe('amzn1.ask.skill.4567');
    expect(abbreviateId('amzn1.ask.skill.45678')).toBe('amzn1.as….45678');
  });
});

describe('the tooltip of a row', () => {
  it('has the full IDs, the time of the read, and the last failure', () => {
    const status: ProviderStatus = { lastKnown: known, readError, lastFailure: readError };
    const tooltip = rowTooltip(
      aProvider(SERVICE_PROVIDER, { name: 'Hotel' }),
      status,
      rowState(status, true),
      NO_NAMES,
      clock,
    );
    expect(tooltip.slice(0, 3)).toEqual(['Hotel', SERVICE_PROVIDER, 'could not be read: no connection']);
    expect(tooltip).toContain(`Last read 14:02: mapped to ${SKILL}`);
    expect(tooltip).toContain('The connection to the service failed');
  });

  it('has all details of the provider itself, and no line without a value', () => {
    const provider = aProvider(SERVICE_PROVIDER, { account: 'eu', warning: 'It looks odd.' });
    expect(rowTooltip(provider, { lastKnown: known }, mappedTo(SKILL), NO_NAMES, clock)).toEqual([
      SERVICE_PROVIDER,
      `mapped to ${SKILL}`,
      'Account: eu',
      `Last read 14:02: mapped to ${SKILL}`,
      'It looks odd.',
    ]);
    expect(rowTooltip(aProvider(SERVICE_PROVIDER), {}, { type: 'signedOut' }, NO_NAMES, clock)).toEqual([
      SERVICE_PROVIDER,
      'signed out',
    ]);
  });
});

describe('a row that is mapped to a skill with a name', () => {
  const skills = skillsNamed({ [SKILL]: 'Guest Calling' });
  const textsOf = (status: ProviderStatus, names = skills) =>
    rowText(aProvider(SERVICE_PROVIDER, { name: 'Hotel' }), status, rowState(status, true), names, clock);

  it('shows the name, and reads it aloud with the ID', () => {
    expect(textsOf({ lastKnown: known })).toMatchObject({
      description: 'Guest Calling',
      accessibilityLabel: `Hotel, mapped to Guest Calling (${SKILL})`,
    });
    expect(textsOf({ lastKnown: known, readError }).description).toBe('no connection (Guest Calling, last read 14:02)');
  });

  it('shows the ID too where another skill has the same name', () => {
    const same = skillsNamed({ [SKILL]: 'Guest Calling', [OTHER_SKILL]: 'Guest Calling' });
    expect(textsOf({ lastKnown: known }, same).description).toBe(`Guest Calling (${shortSkill})`);
  });

  it('has both in its tooltip', () => {
    const status = { lastKnown: known };
    expect(rowTooltip(aProvider(), status, rowState(status, true), skills, clock)).toEqual([
      SERVICE_PROVIDER,
      `mapped to Guest Calling (${SKILL})`,
      `Last read 14:02: mapped to Guest Calling (${SKILL})`,
    ]);
  });
});
