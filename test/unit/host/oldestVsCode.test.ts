import { describe, expect, it } from 'vitest';
import { engines } from '../../../package.json';
import { oldestVsCode } from '../../runner/oldestVsCode';

describe('the oldest VS Code to test in', () => {
  it('is the one that the manifest allows', () => {
    expect(`^${oldestVsCode().replace(/\.\d+$/, '.0')}`).toBe(engines.vscode);
  });

  it('is missed when the manifest names one that is not known here', () => {
    expect(() => oldestVsCode('^1.1.0')).toThrow('engines.vscode is ^1.1.0');
    expect(() => oldestVsCode('*')).toThrow('engines.vscode is *');
  });
});
