import * as v from 'valibot';
import { checkSkillId } from '../model/identifiers';

/**
 * The body of GET. `SKILL` is the only network type so far; with another one, a mapping that names a skill still is a mapping
 * to that skill.
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

/** A mapping to something that this version knows nothing of. */
export const UnknownNetworkBody = v.object({
  networkType: v.pipe(v.string(), v.notValue('SKILL')),
  skillConfiguration: v.optional(v.never()),
});

/** The body that answers a successful POST or PUT. */
export const ChangeBody = v.object({ serviceProviderId: v.string(), status: v.literal('ACTIVE') });
