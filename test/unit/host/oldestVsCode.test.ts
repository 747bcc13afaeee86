import { describe, expect, it } from 'vitest';
import { engines } from '../../../package.json';
import { oldestVsCode } from '../../runner/oldestVsCode';

describe('the oldest VS Code version for tests', () => {
  it('is the one that the manifest allows', () => {
    expect(`^${oldestVsCode().replace(/\.\d+$/, '.0')}`).toBe(engines.vscode);
  });

  it('is undefined when the manifest has an unknown one', () => {
    expect(() => oldestVsCode('^1.1.0')).toThrow('engines.vscode is ^1.1.0');
    expect(() => oldestVsCode('*')).toThrow('engines.vscode is *');
  });
});
