// Generates the JSON schema of mapping files from the schema that the code parses them with.
const esbuild = require('esbuild');
const fs = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');

/**
 * Returns the text of the JSON schema.
 *
 * @returns {Promise<string>}
 */
async function mappingFileSchema() {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'schema-'));
  try {
    const outfile = path.join(folder, 'jsonSchema.cjs');
    await esbuild.build({
      entryPoints: ['src/core/mappingFile/jsonSchema.ts'],
      absWorkingDir: path.resolve(__dirname, '..'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
    });
    /** @type {{ mappingFileJsonSchema: () => object }} */
    const { mappingFileJsonSchema } = require(outfile);
    return `${JSON.stringify(mappingFileJsonSchema())}\n`;
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

module.exports = { mappingFileSchema };
