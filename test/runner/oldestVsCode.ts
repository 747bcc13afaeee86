import { engines } from '../../package.json';
import { vscodeArchives } from './archives';
import type { VsCodeVersion } from './install';

/**
 * The version of VS Code to test as the oldest one that `engines.vscode` of the manifest allows: the one in `vscodeArchives` with
 * the same major and minor version.
 *
 * @throws if there is none, for example because only `engines` was changed
 */
export function oldestVsCode(supported: string = engines.vscode): VsCodeVersion {
  const [, minor = ''] = /^\^(\d+\.\d+)\.0$/.exec(supported) ?? [];
  const known = Object.keys(vscodeArchives) as VsCodeVersion[];
  const [version, ...others] = known.filter((each) => each.startsWith(`${minor}.`));
  if (version !== undefined && others.length === 0) return version;
  throw new Error(`engines.vscode is ${supported}, and the VS Codes to test in are ${known.join(', ')}`);
}
