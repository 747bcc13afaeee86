import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ROOT } from './archive';

/** The software bill of materials that each build writes, relative to the root of the repository. */
export const SBOM = 'dist/alexa-network-mapping.cdx.json';

const Sbom = v.object({
  components: v.pipe(
    v.array(v.object({ group: v.optional(v.string()), name: v.string(), version: v.string() })),
    v.minLength(1),
  ),
});

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
}

/**
 * The packages in the bundle of the last build, as its bill of materials lists them.
 *
 * @throws {Error} if nothing was built, or the bundle has no packages
 */
export async function bundledPackages(): Promise<readonly BundledPackage[]> {
  const { components } = v.parse(Sbom, JSON.parse(await readFile(path.join(ROOT, SBOM), 'utf8')));
  return components.map(({ group, name, version }) => ({
    name: group === undefined ? name : `${group}/${name}`,
    version,
  }));
}
