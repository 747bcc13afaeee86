import * as v from 'valibot';
import { catalogEntry, type FaultName } from './faultCatalog';
import { type Failure, type FailureInput, FailureSchema } from './failure';
import { Refusal, parseOrRefuse } from './refusal';
import { isMappingOperation, isProviderOperation, type RecordedOperation } from './requestLog';

const faultTargets = [
  'get',
  'create',
  'update',
  'delete',
  'readProvider',
  'createProvider',
  'updateProvider',
  'deleteProvider',
  'authorize',
  'token',
  'write',
  'mapping',
  'provider',
  'any',
] as const;
type FaultTarget = (typeof faultTargets)[number];

/** Which requests a fault applies to, and how often. */
const FaultMatchSchema = v.object({
  /**
   * `write` is create, update and delete of a mapping; `mapping` is those and get; `provider` is all of a service
   * provider itself; `any` is every request.
   */
  operation: v.optional(v.picklist(faultTargets), 'any'),
  serviceProviderId: v.optional(v.string()),
  /** The number of requests; by default every request until the fault is removed. */
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** The share of matching requests that the fault applies to. */
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  /** How long to wait before the service processes the request. */
  delayMs: v.optional(v.pipe(v.number(), v.minValue(0))),
});
const matchFields = Object.keys(FaultMatchSchema.entries);

type FaultMatch = v.InferInput<typeof FaultMatchSchema>;
/** A fault by its name in the catalog or described in full, and the requests it applies to. */
export type FaultInput = FaultMatch & ({ name: FaultName } | FailureInput);

export interface ArmedFault extends v.InferOutput<typeof FaultMatchSchema> {
  id: string;
  /** Its name in the catalog, or its kind. */
  name: string;
  failure: Failure;
  /** How many requests it has applied to. */
  struck: number;
}

const isObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);

/** Splits the input into which requests to match and how they fail; rejects unknown fields, names and kinds. */
function readFault(input: unknown): Omit<ArmedFault, 'id' | 'struck'> {
  if (!isObject(input)) throw new Refusal('input: expected an object with "name" or "kind"');
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  const failureFields = Object.fromEntries(entries.filter(([key]) => !matchFields.includes(key)));
  const requestFields = Object.fromEntries(entries.filter(([key]) => matchFields.includes(key)));
  const match = parseOrRefuse(FaultMatchSchema, requestFields);
  if (!('name' in failureFields)) {
    const failure = parseOrRefuse(FailureSchema, failureFields);
    return { ...match, name: failure.kind, failure };
  }
  const { name } = parseOrRefuse(v.strictObject({ name: v.string() }), failureFields);
  return { ...match, name, failure: catalogEntry(name).failure };
}

/** The armed faults. */
export class Faults {
  readonly #random: () => number;
  #armed: ArmedFault[] = [];
  #added = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(input: unknown): string {
    const id = `fault-${String(++this.#added)}`;
    this.#armed.push({ ...readFault(input), id, struck: 0 });
    return id;
  }

  remove(id: string): void {
    if (!this.#armed.some((fault) => fault.id === id)) throw new Refusal(`no such fault: ${id}`);
    this.#armed = this.#armed.filter((fault) => fault.id !== id);
  }

  clear(): void {
    this.#armed = [];
  }

  all(): ArmedFault[] {
    return this.#armed.map((fault) => ({ ...fault }));
  }

  /** Returns and counts the first added fault that applies to this request, if any. */
  take(operation: RecordedOperation, serviceProviderId: string | undefined): ArmedFault | undefined {
    const fault = this.#armed.find(
      (candidate) =>
        includesOperation(candidate.operation, operation) &&
        (candidate.serviceProviderId === undefined || candidate.serviceProviderId === serviceProviderId) &&
        (candidate.probability === undefined || this.#random() < candidate.probability),
    );
    if (!fault) return undefined;
    fault.struck++;
    if (fault.count !== undefined && fault.struck >= fault.count) this.remove(fault.id);
    return fault;
  }
}

function includesOperation(target: FaultTarget, operation: RecordedOperation): boolean {
  if (target === 'any') return true;
  if (target === 'mapping') return isMappingOperation(operation);
  if (target === 'provider') return isProviderOperation(operation);
  if (target === 'write') return operation === 'create' || operation === 'update' || operation === 'delete';
  return target === operation;
}
