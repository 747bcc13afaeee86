import { describe, expect, it } from 'vitest';
import { logStart } from '../../../../src/core/log/startLog';

function lineOf(some: Partial<Parameters<typeof logStart>[1]>): string {
  const lines: string[] = [];
  const start = {
    version: '1.2.3',
    editor: 'Visual Studio Code 1.100.3',
    isWeb: false,
    remoteName: undefined,
    endpoint: 'https://api.amazonalexa.com',
  };
  logStart({ info: (line) => void lines.push(line) }, { ...start, ...some });
  expect(lines).toHaveLength(1);
  return lines.join();
}

describe('the first line of the log', () => {
  it('has the versions, the host and the endpoint', () => {
    expect(lineOf({})).toBe(
      'version 1.2.3 started in Visual Studio Code 1.100.3 (desktop), API endpoint https://api.amazonalexa.com',
    );
  });

  it('has only the origin of the endpoint', () => {
    const line = lineOf({ endpoint: 'https://user:secret@gateway.example:8443/key/abc?token=x#y' });
    expect(line).toMatch(/, API endpoint https:\/\/gateway\.example:8443$/);
  });

  it('does not quote an invalid endpoint', () => {
    expect(lineOf({ endpoint: undefined })).toMatch(/\(desktop\), invalid API endpoint$/);
  });

  it.each([
    [false, 'ssh-remote', 'desktop, ssh-remote'],
    [true, undefined, 'web'],
    [true, 'codespaces', 'web, codespaces'],
    [true, 'vscode.example.com:8000', 'web, server'],
    [true, '127.0.0.1:8000', 'web, server'],
    [false, 'wsl\r\n', 'desktop, server'],
    [false, '', 'desktop, server'],
  ])('has the kind of host and no address (web: %j, remote: %j)', (isWeb, remoteName, host) => {
    expect(lineOf({ isWeb, remoteName })).toContain(` 1.100.3 (${host}), `);
  });

  it('stays one line, whatever the editor is called', () => {
    expect(lineOf({ editor: 'A\nfork\u202e 1.0' })).toMatch(/^version 1\.2\.3 started in A fork 1\.0 \(desktop\), /);
  });
});
