import { toJsonSchema } from '@valibot/to-json-schema';
import { MappingFileJson } from './mappingFileSchema';

/**
 * Returns the JSON schema of a mapping file, which VS Code completes and validates with. Used by the build only.
 *
 * @throws for a part of the schema that JSON schemas cannot express
 */
export function mappingFileJsonSchema(): object {
  return {
    ...toJsonSchema(MappingFileJson, { errorMode: 'throw', target: 'draft-07' }),
    title: 'Network mappings',
    // Of VS Code.
    allowComments: true,
    allowTrailingCommas: true,
  };
}
