import * as v from 'valibot';
import { checkServiceProviderId, checkSkillId } from '../model/identifiers';

/**
 * The body of GET. `SKILL` is the only network type so far; with another type, a mapping that names a skill still
 * counts as mapped to that skill.
 */
export const NetworkMappingBody = v.object({
  networkType: v.string(),
  skillConfiguration: v.object({
    skillId: v.pipe(
      v.string(),
      v.check((id) => checkSkillId(id).ok, 'not a skill id'),
    ),
  }),
});

/** A mapping to something this version does not know. */
export const UnknownNetworkBody = v.object({
  networkType: v.pipe(v.string(), v.notValue('SKILL')),
  skillConfiguration: v.optional(v.never()),
});

/** The body of a successful POST or PUT. */
export const ChangeBody = v.object({ serviceProviderId: v.string(), status: v.literal('ACTIVE') });

const Name = v.object({ locale: v.optional(v.string()), value: v.string() });

/**
 * The body that describes a service provider. Only the ID in the response to a create is documented, so the other
 * fields are ignored if they are missing or of another type.
 */
export const ServiceProviderBody = v.object({
  serviceProviderId: v.optional(v.string()),
  serviceProviderLogicalId: v.optional(v.fallback(v.optional(v.string()), undefined)),
  displayName: v.optional(v.fallback(v.optional(v.array(Name)), undefined)),
});

/** The body of the response to a create of a service provider. */
export const CreatedProviderBody = v.object({
  serviceProviderId: v.pipe(
    v.string(),
    v.check((id) => checkServiceProviderId(id).ok, 'not a service provider id'),
  ),
});
