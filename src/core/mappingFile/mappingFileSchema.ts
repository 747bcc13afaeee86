import * as v from 'valibot';

/** A reference to the skill of a profile of the Alexa Skills Kit CLI; the group is its name. */
export const PROFILE_REFERENCE = /^\$\{profile:([^{}]+)\}$/;

const serviceProviderId = v.pipe(
  v.string(),
  v.minLength(1),
  v.description('The ID of a service provider, such as amzn1.comms.csp.id.…'),
);

const Entry = v.strictObject({
  serviceProviderId,
  skillId: v.pipe(
    v.string(),
    v.minLength(1),
    v.description(
      'The ID of the skill that the service provider is mapped to. ${profile:NAME} stands for the skill of this profile in the skill projects of the workspace.',
    ),
  ),
  name: v.exactOptional(v.pipe(v.string(), v.description('A display name, such as the property. Not sent to Amazon.'))),
});

/** A mapping file as JSON. The JSON schema that VS Code validates with is generated from it (`jsonSchema.ts`). */
export const MappingFileJson = v.strictObject({
  $schema: v.exactOptional(v.string()),
  account: v.exactOptional(
    v.pipe(
      v.string(),
      v.description('The name of the account that the service providers belong to. Without it, the default account.'),
    ),
  ),
  mappings: v.pipe(v.array(Entry), v.description('The service providers, and the skill that each is mapped to.')),
  absent: v.exactOptional(
    v.pipe(
      v.array(serviceProviderId),
      v.description(
        'The IDs of service providers that must not be mapped. Applying the file deletes their mappings, and no others.',
      ),
    ),
  ),
});
