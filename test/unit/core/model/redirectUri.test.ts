import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkRedirectUri } from '../../../../src/core/model/redirectUri';

const refusedWith = (words: string) => ({ ok: false, problem: expect.stringContaining(words) as string });

describe('a redirect URI', () => {
  it.each([
    ['http://127.0.0.1:9090/cb', 9090, '/cb', '127.0.0.1:9090'],
    ['http://localhost:9090/cb', 9090, '/cb', 'localhost:9090'],
    ['http://127.0.0.1:1024', 1024, '/', '127.0.0.1:1024'],
    ['http://127.0.0.1:65535/', 65535, '/', '127.0.0.1:65535'],
    ['http://localhost:3000/a/b-c/~d_e.f/', 3000, '/a/b-c/~d_e.f/', 'localhost:3000'],
    ['http://127.0.0.1:9090//cb', 9090, '//cb', '127.0.0.1:9090'],
  ])('%s is used as written', (redirectUri, port, pathname, host) => {
    expect(checkRedirectUri(redirectUri)).toEqual({ ok: true, redirectUri, port, pathname, host });
  });

  it.each([
    [''],
    ['127.0.0.1:9090/cb'],
    ['127.0.0.1'],
    ['http://'],
    ['http://127.0.0.1:65536/cb'],
    [null],
    [undefined],
    [9090],
    [{}],
    [['http://x']],
  ])('%j is rejected with an example', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('such as http://127.0.0.1:9090/cb'));
  });

  it.each([
    'https://127.0.0.1:9090/cb',
    'vscode://publisher.extension/cb',
    'ws://127.0.0.1:9090',
    'javascript:alert(1)',
  ])('%s is rejected, since it is not http', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('Only http'));
  });

  it.each([
    'http://example.com:9090/cb',
    'http://127.0.0.1.example.com:9090/cb',
    'http://localhost.example.com:9090/cb',
    'http://0.0.0.0:9090/cb',
    'http://127.0.0.2:9090/cb',
    'http://192.168.1.1:9090/cb',
    'http://[::2]:9090/cb',
    'http://127.0.0.1@example.com:9090/cb',
  ])('%s is rejected, since the code would be sent elsewhere', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('The host must be this computer: 127.0.0.1 or localhost.'));
  });

  it('with IPv6 is rejected, since only IPv4 is listened to', () => {
    expect(checkRedirectUri('http://[::1]:9090/cb')).toEqual(refusedWith('127.0.0.1 instead of [::1]'));
  });

  it.each([
    'http://127.0.0.1/cb',
    'http://127.0.0.1:80/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:1023/cb',
    'http://localhost:443/cb',
  ])('%s is rejected, since it has no port that can be listened on', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('from 1024 to 65535'));
  });

  it.each([6000, 6667, 10080])('with port %d is rejected, since browsers block it', (port) => {
    expect(checkRedirectUri(`http://127.0.0.1:${port}/cb`)).toEqual(refusedWith(`port ${port}`));
  });

  it.each([
    'http://user@127.0.0.1:9090/cb',
    'http://user:word@127.0.0.1:9090/cb',
    'http://127.0.0.1:9090/cb?x=1',
    'http://127.0.0.1:9090/cb?',
    'http://127.0.0.1:9090/cb#there',
    'http://127.0.0.1:9090/cb#',
  ])('%s is rejected, since a code cannot be appended to it', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('not allowed'));
  });

  it.each([
    ['http://LOCALHOST:9090/cb', 'http://localhost:9090/cb'],
    ['HTTP://127.0.0.1:9090/cb', 'http://127.0.0.1:9090/cb'],
    [' http://127.0.0.1:9090/cb ', 'http://127.0.0.1:9090/cb'],
    ['http://2130706433:9090/cb', 'http://127.0.0.1:9090/cb'],
    ['http://127.1:9090/cb', 'http://127.0.0.1:9090/cb'],
    ['http://@127.0.0.1:9090/cb', 'http://127.0.0.1:9090/cb'],
    ['http://127.0.0.1:09090/cb', 'http://127.0.0.1:9090/cb'],
    ['http://127.0.0.1:9090/a/../cb', 'http://127.0.0.1:9090/cb'],
    ['http://127.0.0.1:9090/%2e/cb', 'http://127.0.0.1:9090/cb'],
    ['http:\\\\127.0.0.1:9090\\cb', 'http://127.0.0.1:9090/cb'],
  ])('%j is rejected with the form in which a browser requests it', (value, browserWrites) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith(`Use the normalized form: ${browserWrites}`));
  });

  it.each([
    'http://127.0.0.1:9090/%C3%A4',
    'http://127.0.0.1:9090/ä',
    'http://127.0.0.1:9090/a&b',
    'http://127.0.0.1:9090/a+b',
  ])('%s is rejected, since VS Code would not open it as written', (value) => {
    expect(checkRedirectUri(value)).toEqual(refusedWith('The path can contain only letters, digits and . _ ~ - /'));
  });

  it('that is accepted keeps a browser on this computer, and is normalized', () => {
    const near = fc
      .tuple(
        fc.constantFrom('http://', 'http://', 'http://', 'https://', 'http:/', 'http:\\'),
        fc.constantFrom('127.0.0.1', 'localhost', '[::1]', 'x@localhost', '127.1', 'example.com'),
        fc.constantFrom(':9090', ':9090', ':2000', '', ':80', ':09090', ':99999', ':@x'),
        fc.oneof(fc.constantFrom('', '/cb', '//cb'), fc.webPath()),
        fc.constantFrom('', '', '', '', '', '', '?', '#', '?a=b', '\\..', '/%2e%2e', '\t'),
      )
      .map((parts) => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.oneof({ arbitrary: near, weight: 8 }, fc.webUrl({ validSchemes: ['http'] }), fc.anything()),
        (value) => {
          const check = checkRedirectUri(value);
          if (!check.ok) {
            expect(check.problem).toMatch(/\S/);
            return;
          }
          accepted++;
          expect(check.redirectUri).toBe(value);
          expect(check.host).toMatch(/^(127\.0\.0\.1|localhost):\d+$/);
          const followed = new URL(`${check.redirectUri}?code=c`);
          expect([followed.host, Number(followed.port)]).toEqual([check.host, check.port]);
          expect(followed.pathname).toBe(check.pathname);
        },
      ),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
