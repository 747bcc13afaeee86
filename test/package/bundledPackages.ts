import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ROOT } from './archive';

const BundledPackages = v.pipe(v.array(v.object({ name: v.string(), version: v.string() })), v.minLength(1));

export type BundledPackage = v.InferOutput<typeof BundledPackages>[number];

/**
 * The packages in the bundle of the last build, as recorded by the build.
 *
 * @throws {Error} if nothing was built, or the bundle has no packages
 */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  return v.parse(BundledPackages, JSON.parse(await readFile(path.join(ROOT, 'dist/bundled-packages.json'), 'utf8')));
}
