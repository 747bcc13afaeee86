import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { curlCommand } from '../../../../src/core/errorReport/curlCommand';
import type { ApiFailure } from '../../../../src/core/failures/apiFailure';
import { checkServiceProviderId, checkSkillId } from '../../../../src/core/model/identifiers';
import { redact } from '../../../../src/core/text/redaction';
import { anyText, aSecret } from '../../../support/arbitraries';
import { aFailure, OTHER_SKILL, SERVICE_PROVIDER } from '../../../support/builders';

/** The arguments that curl gets from a shell in which the access token is set. */
function run(failure: ApiFailure): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${curlCommand(failure) ?? ''}`;
  const printed = execFileSync('/bin/sh', ['-c', script], {
    encoding: 'utf8',
    env: { LWA_ACCESS_TOKEN: 'the token' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return printed.split('\0').slice(0, -1);
}

const HEADERS = [
  ['--header', 'Authorization: Bearer the token'],
  ['--header', 'Accept: application/json'],
  ['--header', 'Content-Type: application/json'],
].flat();

const serviceProviderId = anyText().filter((id) => checkServiceProviderId(id).ok && redact(id) === id);
const skillId = anyText().filter((id) => checkSkillId(id).ok && redact(id) === id);

describe('the failed request as a curl command', () => {
  it.each([
    ['get', 'GET'],
    ['delete', 'DELETE'],
  ] as const)('sends a %s with all headers and no body', (operation, method) => {
    const failure = aFailure('serverError', { operation });
    expect(run(failure)).toEqual(['--include', '--request', method, ...HEADERS, failure.url]);
  });

  it.each([
    ['create', 'POST'],
    ['update', 'PUT'],
  ] as const)('sends a %s with the requested mapping as its body', (operation, method) => {
    const failure = aFailure('serverError', { operation, skillId: OTHER_SKILL });
    const body = `{"networkType":"SKILL","skillConfiguration":{"skillId":"${OTHER_SKILL}"}}`;
    expect(run(failure)).toEqual(['--include', '--request', method, ...HEADERS, '--data-raw', body, failure.url]);
  });

  it('creates and renames a service provider with its logical ID and its name', () => {
    const create = aFailure('serverError', {
      operation: 'createProvider',
      logicalId: 'annex',
      displayName: "L'Annexe",
    });
    const names = `"displayName":[{"locale":"en-US","value":"L'Annexe"}]`;
    expect(run(create).at(-2)).toBe(`{"serviceProviderLogicalId":"annex",${names}}`);
    const rename = aFailure('serverError', { operation: 'updateProvider', displayName: "L'Annexe" });
    expect(run(rename).at(-2)).toBe(`{${names}}`);
  });

  it('sends no body when the requested skill is unknown', () => {
    const failure = aFailure('serverError', { operation: 'create' });
    expect(run(failure)).toEqual(['--include', '--request', 'POST', ...HEADERS, failure.url]);
  });

  it('sends no body with a delete', () => {
    const failure = aFailure('serverError', { operation: 'delete', skillId: OTHER_SKILL });
    expect(curlCommand(failure)).not.toContain(OTHER_SKILL);
  });

  it('means to the shell exactly what was sent, whatever the IDs contain', () => {
    fc.assert(
      fc.property(serviceProviderId, skillId, (provider, skill) => {
        const failure = aFailure('conflict', { operation: 'create', serviceProviderId: provider, skillId: skill });
        const given = run(failure);
        expect(given.at(-1)).toBe(failure.url);
        expect(JSON.parse(given.at(-2) ?? '')).toEqual({
          networkType: 'SKILL',
          skillConfiguration: { skillId: skill },
        });
        expect(given).toHaveLength(11 + 1);
      }),
      {
        examples: [
          ["'", `'$(id)'"`],
          ["a'b;id", '`id`$HOME\\'],
          ['!!', '@/etc/passwd'],
        ],
      },
    );
  });

  it('contains a placeholder for the access token and no secret, even in an ID', () => {
    fc.assert(
      fc.property(aSecret, (secret) => {
        const failure = aFailure('unauthorized', { operation: 'create', serviceProviderId: secret, skillId: secret });
        const command = curlCommand(failure);
        expect(command).toContain('Bearer $LWA_ACCESS_TOKEN');
        expect(command).not.toContain(secret);
        expect(command).not.toContain(encodeURIComponent(secret));
      }),
    );
  });

  it('is undefined without an endpoint', () => {
    const url = `/v1/communications/serviceProviders/${SERVICE_PROVIDER}/network`;
    expect(curlCommand(aFailure('invalidEndpoint', { url, attempts: [] }))).toBeUndefined();
  });
});
