import * as v from 'valibot';
import { checkSkillId } from '../core/identifiers';

/** The body of GET, and the one that POST and PUT send. */
export const NetworkMappingBody = v.object({
  networkType: v.literal('SKILL'),
  skillConfiguration: v.object({
    skillId: v.pipe(
      v.string(),
      v.check((id) => checkSkillId(id).ok, 'not a skill id'),
    ),
  }),
});

/** The body that answers a successful POST or PUT. */
export const ChangeBody = v.object({ serviceProviderId: v.string(), status: v.literal('ACTIVE') });
