import * as v from 'valibot';
import { checkSkillId } from '../model/identifiers';

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
