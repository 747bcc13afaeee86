import { describe, expect, it } from 'vitest';
import type { RefreshResult } from '../../../../src/core/auth/accessTokenProvider';
import { logTokenRefresh, logSignIn } from '../../../../src/core/log/signInLog';
import type { SignInOutcome } from '../../../../src/core/auth/signInOptions';
import { aRenewableSession, CLIENT } from '../../../support/sessions';

class Lines {
  readonly infos: string[] = [];
  readonly warnings: string[] = [];

  info(line: string): void {
    this.infos.push(line);
  }

  warn(line: string): void {
    this.warnings.push(line);
  }
}

function linesOf(log: (lines: Lines) => void): Pick<Lines, 'infos' | 'warnings'> {
  const lines = new Lines();
  log(lines);
  return { infos: lines.infos, warnings: lines.warnings };
}

const loggedRenewal = (some: Partial<RefreshResult>) =>
  linesOf((lines) => {
    logTokenRefresh(lines, { account: 'default', durationMs: 41.7, ...some });
  });
const loggedSignIn = (outcome: SignInOutcome) =>
  linesOf((lines) => {
    logSignIn(lines, outcome);
  });

describe('the log', () => {
  it('has one line for each renewal: the account and whole milliseconds', () => {
    expect(loggedRenewal({})).toEqual({
      infos: ['[Login with Amazon] session of "default" renewed 42 ms'],
      warnings: [],
    });
  });

  it('warns of a failed renewal, with codes and the request ID, and without service-provided text', () => {
    const failure = {
      kind: 'serverError',
      detail: 'HTTP 500',
      lwaMessage: 'Come back later',
      requestId: 'id-1',
    } as const;
    expect(loggedRenewal({ failure })).toEqual({
      infos: [],
      warnings: ['[Login with Amazon] session of "default" not renewed: serverError, HTTP 500, request ID id-1 42 ms'],
    });
  });

  it.each(['invalid_request', 'ECONNRESET', 'net::ERR_CERT_DATE_INVALID', 'HTTP 502, web page', 'PROXY_ANSWER_407'])(
    'has the code %s',
    (detail) => {
      expect(loggedRenewal({ failure: { kind: 'network', detail } }).warnings.join()).toContain(`network, ${detail} `);
    },
  );

  it.each([
    'QXR6YXxJd0VCSUo',
    'invalid_request: Atza|x',
    'iwebij-unit_test',
    'ECONNRESET x',
    'HTTP 500 x',
    'Only https.',
  ])('has nothing of the detail "%s", which is not a code', (detail) => {
    const failure = { kind: 'invalidRequest', detail, requestId: `${detail} x` } as const;
    expect(loggedRenewal({ failure }).warnings.join()).toMatch(/not renewed: invalidRequest 42 ms$/);
  });

  it('has the kind of a failure without further details', () => {
    expect(loggedRenewal({ failure: { kind: 'timeout' } }).warnings).toEqual([
      '[Login with Amazon] session of "default" not renewed: timeout 42 ms',
    ]);
  });

  it('has one line for each successful sign-in, and nothing of what was issued', () => {
    const outcome: SignInOutcome = { type: 'signedIn', account: 'hotels', session: aRenewableSession() };
    expect(loggedSignIn(outcome)).toEqual({ infos: ['[Login with Amazon] signed in to "hotels"'], warnings: [] });
  });

  it('warns of a failed sign-in without the requested values', () => {
    const outcome: SignInOutcome = {
      type: 'failed',
      failure: { kind: 'invalidClient', requestId: 'id-2', redirectUri: 'http://127.0.0.1:9090/cb' },
      options: { account: 'hotels' },
    };
    const { infos, warnings } = loggedSignIn(outcome);
    expect(infos).toEqual([]);
    expect(warnings).toEqual(['[Login with Amazon] sign-in failed: invalidClient, request ID id-2']);
    expect(warnings.join()).not.toContain(CLIENT.secret);
  });

  it('logs nothing when the user cancels', () => {
    expect(loggedSignIn({ type: 'dismissed' })).toEqual({ infos: [], warnings: [] });
  });

  it('has one line even for a name with line breaks or invisible characters', () => {
    const account = 'hotels"\n2099-01-01 [info] forged \u202Eline\u0007';
    for (const lines of [
      loggedRenewal({ account }).infos,
      loggedRenewal({ account, failure: { kind: 'network' } }).warnings,
      loggedSignIn({ type: 'signedIn', account, session: aRenewableSession() }).infos,
    ]) {
      expect(lines).toHaveLength(1);
      expect(lines.join()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
