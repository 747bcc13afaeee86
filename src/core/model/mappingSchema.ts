import * as v from 'valibot';
import type { NetworkMapping } from './networkMapping';

/** A stored mapping. Apart from `networkMapping.ts`, because activation does not load the library. */
export const Mapping = v.variant('type', [
  v.object({ type: v.literal('mapped'), skillId: v.string() }),
  v.object({ type: v.literal('notMapped') }),
]) satisfies v.GenericSchema<unknown, NetworkMapping>;
