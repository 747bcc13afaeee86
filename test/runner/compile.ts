import path from 'node:path';
import { build } from 'esbuild';

/** Compiles a module of this folder into another one, for the Node.js of all VS Code versions; resolves with the file. */
export async function compileInto(folder: string, name: string): Promise<string> {
  const outfile = path.join(folder, `${name}.cjs`);
  await build({
    entryPoints: [path.join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
  });
  return outfile;
}
