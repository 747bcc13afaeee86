import { expect, it } from 'vitest';
import { textOf } from './namedTests';

it('each guideline of VS Code is named once, with a test', () => {
  const rows = [...textOf('docs/vscode-guidelines.md').matchAll(/^\| (\d+)\. .+ \| (.+) \|$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(rows.map((_, index) => index + 1));
  expect(rows).toHaveLength(49);
  expect(rows.filter(([, , tests]) => !/^`test\/[\w./]+` “/.test(tests ?? '')).map(([row]) => row)).toEqual([]);
});
