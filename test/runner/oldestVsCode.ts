import { engines } from '../../package.json';
import { vscodeArchives } from './archives';
import type { VsCodeVersion } from './install';

/**
 * The version of VS Code to test in for the oldest that `engines.vscode` of the manifest allows: of those known here, the one
 * with the same first two numbers.
 *
 * @throws where there is none, as after a change of `engines` alone
 */
export function oldestVsCode(supported: string = engines.vscode): VsCodeVersion {
  const [, minor = ''] = /^\^(\d+\.\d+)\.0$/.exec(supported) ?? [];
  const known = Object.keys(vscodeArchives) as VsCodeVersion[];
  const [version, ...others] = known.filter((each) => each.startsWith(`${minor}.`));
  if (version !== undefined && others.length === 0) return version;
  throw new Error(`engines.vscode is ${supported}, and the VS Codes to test in are ${known.join(', ')}`);
}
