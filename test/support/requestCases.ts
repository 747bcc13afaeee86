import type { FailureKind } from '../../src/core/failures/apiFailure';
import type { ChangeOperation, MappingChange, Operation } from '../../src/core/model/networkMapping';
import type { SwitchesInput } from '../simulator/switches';
import { OTHER_SKILL, SKILL } from './builders';

/** A request of the user, and the state of the service when it is sent. */
export interface RequestCase {
  readonly operation: Operation;
  /** The skill mapped before; null if not mapped. */
  readonly before: string | null;
  /** How the service behaves where its reference is not specific. */
  readonly switches: SwitchesInput;
}

const otherForm: SwitchesInput = { skillIdForm: 'otherForm' };
const everyCreate = ([400, 403, 409, 'overwrite'] as const).map((createWhenMapped): SwitchesInput => ({
  createWhenMapped,
}));
const everyUpdate = ([404, 'create'] as const).map((updateWhenNotMapped): SwitchesInput => ({ updateWhenNotMapped }));
const everyDelete = ([404, 200] as const).map((deleteWhenNotMapped): SwitchesInput => ({ deleteWhenNotMapped }));

/** The skill that every create and update requests. */
const TARGET_SKILL = OTHER_SKILL;

/**
 * Each operation in each possible state, with each position of the switches that it depends on there. The first of each
 * operation is the typical one, which has an effect.
 */
export const REQUEST_CASES: readonly RequestCase[] = [
  { operation: 'get', before: SKILL, switches: {} },
  { operation: 'get', before: null, switches: {} },
  { operation: 'get', before: SKILL, switches: otherForm },
  { operation: 'create', before: null, switches: {} },
  { operation: 'create', before: null, switches: otherForm },
  ...everyCreate.map((switches): RequestCase => ({ operation: 'create', before: SKILL, switches })),
  ...[...everyCreate, otherForm].map((switches): RequestCase => ({
    operation: 'create',
    before: TARGET_SKILL,
    switches,
  })),
  { operation: 'update', before: SKILL, switches: {} },
  { operation: 'update', before: SKILL, switches: otherForm },
  ...everyUpdate.map((switches): RequestCase => ({ operation: 'update', before: null, switches })),
  { operation: 'delete', before: SKILL, switches: {} },
  ...everyDelete.map((switches): RequestCase => ({ operation: 'delete', before: null, switches })),
];

/** One case for each operation in each state, whatever the switches. */
export const BASIC_CASES: readonly RequestCase[] = REQUEST_CASES.filter(
  ({ operation, before }, index) =>
    REQUEST_CASES.findIndex((requestCase) => requestCase.operation === operation && requestCase.before === before) ===
    index,
);

/** A case that is a change. */
export type ChangeCase = RequestCase & { readonly operation: ChangeOperation };

export function isChangeCase(requestCase: RequestCase): requestCase is ChangeCase {
  return requestCase.operation !== 'get';
}

/** The typical case of each operation, which has an effect. */
export const TYPICAL_CASES: readonly RequestCase[] = REQUEST_CASES.filter(
  ({ operation }, index) => REQUEST_CASES.findIndex((requestCase) => requestCase.operation === operation) === index,
);

function positions<Name extends keyof SwitchesInput>(name: Name): NonNullable<SwitchesInput[Name]>[] {
  return [...new Set(REQUEST_CASES.flatMap(({ switches }) => switches[name] ?? []))] as NonNullable<
    SwitchesInput[Name]
  >[];
}

/**
 * Switches for services that bulk operations are tested with: together they cover each position of each switch.
 */
export const SERVICES: readonly SwitchesInput[] = positions('createWhenMapped').map((createWhenMapped, index, all) => {
  const pick = <T>(some: readonly T[]): T | undefined => some[index % some.length];
  const updateWhenNotMapped = pick(positions('updateWhenNotMapped'));
  const deleteWhenNotMapped = pick(positions('deleteWhenNotMapped'));
  const [form] = index % 2 === all.length % 2 ? [] : positions('skillIdForm');
  return {
    createWhenMapped,
    ...(updateWhenNotMapped !== undefined && { updateWhenNotMapped }),
    ...(deleteWhenNotMapped !== undefined && { deleteWhenNotMapped }),
    ...(form && { skillIdForm: form }),
  };
});

/** One case for each operation in each state, with these switches. */
export function casesFor(switches: SwitchesInput): readonly RequestCase[] {
  return BASIC_CASES.map((requestCase) => ({ ...requestCase, switches }));
}

export function describeService(switches: SwitchesInput): string {
  return Object.entries(switches)
    .map(([name, position]) => `${name} ${JSON.stringify(position)}`)
    .join(', ');
}

export function describeCase({ operation, before, switches }: RequestCase): string {
  const state = before === null ? 'not mapped' : before === TARGET_SKILL ? 'mapped to the target skill' : 'mapped';
  return [`${operation}, ${state}`, describeService(switches)].filter(Boolean).join(', ');
}

export function changeFor({ operation }: RequestCase, serviceProviderId: string): MappingChange {
  if (operation === 'get') throw new Error('a read is no change');
  return operation === 'delete'
    ? { operation, serviceProviderId }
    : { operation, serviceProviderId, skillId: TARGET_SKILL };
}

/** The status that the service responds with without a fault. */
export function usualStatus({ operation, before, switches }: RequestCase): number {
  switch (operation) {
    case 'get':
      return before === null ? 404 : 200;
    case 'create': {
      const { createWhenMapped = 403 } = switches;
      return before === null || createWhenMapped === 'overwrite' ? 201 : createWhenMapped;
    }
    case 'update': {
      const { updateWhenNotMapped = 404 } = switches;
      return before !== null || updateWhenNotMapped === 'create' ? 200 : updateWhenNotMapped;
    }
    case 'delete':
      return before === null ? (switches.deleteWhenNotMapped ?? 404) : 200;
  }
}

/** The kind of failure that this status means; undefined if none. */
export function usualFailure(requestCase: RequestCase): FailureKind | undefined {
  const status = usualStatus(requestCase);
  if (status < 300 || requestCase.operation === 'get') return undefined;
  const kinds: Readonly<Record<number, FailureKind>> = {
    400: 'badRequest',
    403: 'forbidden',
    404: 'notFound',
    409: 'conflict',
  };
  return kinds[status];
}

/** Whether the request takes effect without a fault. */
export function isApplied({ operation, before, switches }: RequestCase): boolean {
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
