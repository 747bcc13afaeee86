import type { MappingChange, Operation } from '../../src/core/networkMapping';
import type { SwitchesInput } from '../simulator/switches';
import { OTHER_SKILL, SKILL } from './builders';

/** What a person wishes, and what the service holds when they wish it. */
export interface Wish {
  readonly operation: Operation;
  /** The skill that is mapped before; null when none is. */
  readonly before: string | null;
  /** How the service decides on a point that its reference leaves open. */
  readonly switches: SwitchesInput;
}

const otherForm: SwitchesInput = { skillIdForm: 'otherForm' };
const everyCreate = ([400, 403, 409, 'overwrite'] as const).map((createWhenMapped): SwitchesInput => ({
  createWhenMapped,
}));
const everyUpdate = ([404, 'create'] as const).map((updateWhenNotMapped): SwitchesInput => ({ updateWhenNotMapped }));
const everyDelete = ([404, 200] as const).map((deleteWhenNotMapped): SwitchesInput => ({ deleteWhenNotMapped }));

/** The skill that every create and update wishes for. */
const WISHED_SKILL = OTHER_SKILL;

/**
 * Each operation in each state it can meet, with each position of the switches that it depends on there. The first of
 * each operation is the one that people wish for: there is something to do.
 */
export const WISHES: readonly Wish[] = [
  { operation: 'get', before: SKILL, switches: {} },
  { operation: 'get', before: null, switches: {} },
  { operation: 'get', before: SKILL, switches: otherForm },
  { operation: 'create', before: null, switches: {} },
  { operation: 'create', before: null, switches: otherForm },
  ...everyCreate.map((switches): Wish => ({ operation: 'create', before: SKILL, switches })),
  ...[...everyCreate, otherForm].map((switches): Wish => ({ operation: 'create', before: WISHED_SKILL, switches })),
  { operation: 'update', before: SKILL, switches: {} },
  { operation: 'update', before: SKILL, switches: otherForm },
  ...everyUpdate.map((switches): Wish => ({ operation: 'update', before: null, switches })),
  { operation: 'delete', before: SKILL, switches: {} },
  ...everyDelete.map((switches): Wish => ({ operation: 'delete', before: null, switches })),
];

/** One wish for each operation in each state, whatever the switches. */
export const PLAIN_WISHES: readonly Wish[] = WISHES.filter(
  ({ operation, before }, index) =>
    WISHES.findIndex((wish) => wish.operation === operation && wish.before === before) === index,
);

export function describeWish({ operation, before, switches }: Wish): string {
  const state = before === null ? 'not mapped' : before === WISHED_SKILL ? 'mapped to the wished skill' : 'mapped';
  const open = Object.entries(switches).map(([name, position]) => `${name} ${JSON.stringify(position)}`);
  return [`${operation}, ${state}`, ...open].join(', ');
}

export function changeFor({ operation }: Wish, serviceProviderId: string): MappingChange {
  if (operation === 'get') throw new Error('a read is no change');
  return operation === 'delete'
    ? { operation, serviceProviderId }
    : { operation, serviceProviderId, skillId: WISHED_SKILL };
}

/** Whether the service carries the wish out when nothing goes wrong. */
export function isCarriedOut({ operation, before, switches }: Wish): boolean {
  switch (operation) {
    case 'get':
      return false;
    case 'create':
      return before === null || switches.createWhenMapped === 'overwrite';
    case 'update':
      return before !== null || switches.updateWhenNotMapped === 'create';
    case 'delete':
      return before !== null;
  }
}
