import * as v from 'valibot';
import { type Answer, errorBody, jsonAnswer, type Plan } from './answer';
import { Refusal } from './refusal';
import { demoAccount, readProvider, type SeededProvider, uuidOf } from './seed';
import type { Switches } from './switches';

/** Writes that took effect. */
export interface WriteCounts {
  create: number;
  update: number;
  delete: number;
}

/** The state of one service provider. */
export interface ProviderState {
  serviceProviderId: string;
  /** Unique for each service provider. */
  serviceProviderLogicalId: string;
  /** The display name in en-US; empty for none. */
  name: string;
  /** Whether it was deleted while its mapping was kept. */
  isDeleted: boolean;
  account: string;
  skillId: string | null;
  writes: WriteCounts;
}

/**
 * The body of POST and PUT, exactly as documented (Service Provider Network Mapping REST API Reference,
 * "Create network mapping" and "Update network mapping", request body properties).
 */
export const NetworkMappingSchema = v.strictObject({
  networkType: v.literal('SKILL'),
  skillConfiguration: v.strictObject({
    skillId: v.pipe(
      v.string(),
      v.minLength(1, 'must have 1 to 255 characters'),
      v.maxLength(255, 'must have 1 to 255 characters'),
    ),
  }),
});

export type MappingOperation = 'get' | 'create' | 'update' | 'delete';

export interface MappingRequest {
  operation: MappingOperation;
  serviceProviderId: string;
  /** The account that the access token belongs to. */
  account: string;
  /** The requested skill of a create or an update. */
  skillId: string;
}

const skillIdPrefixes = ['amzn1.ask.skill.', 'amzn1.alexa.skill.did.'] as const;

/** The same skill ID with the other of the two prefixes that the reference uses; any other ID unchanged. */
function inOtherForm(skillId: string): string {
  const [ask, alexa] = skillIdPrefixes;
  if (skillId.startsWith(ask)) return alexa + skillId.slice(ask.length);
  if (skillId.startsWith(alexa)) return ask + skillId.slice(alexa.length);
  return skillId;
}

export type ProviderOperation = 'readProvider' | 'createProvider' | 'updateProvider' | 'deleteProvider';

const DisplayNameSchema = v.strictTuple([
  v.strictObject({ locale: v.literal('en-US'), value: v.pipe(v.string(), v.minLength(1)) }),
]);

/** The body of a create (Self-Service Onboarding REST API Reference, "Create service provider"). */
export const CreateProviderSchema = v.strictObject({
  serviceProviderLogicalId: v.pipe(v.string(), v.minLength(1, 'must not be empty')),
  displayName: v.optional(DisplayNameSchema),
});

/** The body of an update, which replaces all display names. */
export const UpdateProviderSchema = v.strictObject({ displayName: DisplayNameSchema });

export interface ProviderRequest {
  operation: ProviderOperation;
  /** Empty for a create. */
  serviceProviderId: string;
  /** The account that the access token belongs to. */
  account: string;
  /** The body of a create or an update. */
  body: Partial<v.InferOutput<typeof CreateProviderSchema>>;
}

/** The service providers with their network mappings, and the rules for changing them. */
export class MappingService {
  readonly #providers = new Map<string, ProviderState>();
  #created = 0;

  replaceAll(providers: readonly SeededProvider[]): void {
    this.#providers.clear();
    this.#created = 0;
    for (const provider of providers) this.put(provider);
  }

  /** Adds or changes a service provider without a request. Keeps the write counts and the fields that are not given. */
  put(input: unknown): void {
    const given = readProvider(input);
    const provider = this.#providers.get(given.serviceProviderId) ?? unmappedProvider(given.serviceProviderId);
    if (given.account !== undefined) provider.account = given.account;
    if (given.name !== undefined) provider.name = given.name;
    if (given.serviceProviderLogicalId !== undefined) {
      provider.serviceProviderLogicalId = given.serviceProviderLogicalId;
    }
    if (given.skillId !== undefined) provider.skillId = given.skillId;
    this.#providers.set(given.serviceProviderId, provider);
  }

  remove(serviceProviderId: string): void {
    this.#known(serviceProviderId);
    this.#providers.delete(serviceProviderId);
  }

  all(): ProviderState[] {
    return [...this.#providers.values()].map((provider) => ({ ...provider, writes: { ...provider.writes } }));
  }

  get size(): number {
    return this.#providers.size;
  }

  mappingOf(serviceProviderId: string): string | undefined {
    return this.#known(serviceProviderId).skillId ?? undefined;
  }

  writesTo(serviceProviderId: string): WriteCounts {
    return { ...this.#known(serviceProviderId).writes };
  }

  /**
   * Determines the response and the change that goes with it
   * (Service Provider Network Mapping REST API Reference, "Operations").
   */
  plan(request: MappingRequest, switches: Switches): Plan {
    const refuse = (status: number, message: string): Plan => ({
      answer: jsonAnswer(status, errorBody(status, message, switches.errorBody)),
    });
    const provider = this.#providers.get(request.serviceProviderId);
    // The same words as for one that is not mapped: a 404 does not say which of the two it means.
    if (!provider) return refuse(404, NO_MAPPING);
    if (provider.account !== request.account) {
      return refuse(switches.noAccess, 'The caller does not have access to the service provider.');
    }
    switch (request.operation) {
      case 'get':
        if (provider.skillId === null) return refuse(404, NO_MAPPING);
        return { answer: jsonAnswer(200, networkMapping(provider.skillId, switches)) };
      case 'create':
        if (provider.skillId !== null && switches.createWhenMapped !== 'overwrite') {
          return refuse(switches.createWhenMapped, 'The service provider already has a network mapping.');
        }
        return write(provider, request, active(201, provider));
      case 'update':
        if (provider.skillId === null && switches.updateWhenNotMapped !== 'create') {
          return refuse(switches.updateWhenNotMapped, NO_MAPPING);
        }
        return write(provider, request, active(200, provider));
      case 'delete':
        if (provider.skillId === null) {
          return switches.deleteWhenNotMapped === 200 ? { answer: { status: 200 } } : refuse(404, NO_MAPPING);
        }
        return write(provider, request, { status: 200 });
    }
  }

  /**
   * Determines the response to a request for a service provider itself, and the change that goes with it (Self-Service
   * Onboarding REST API Reference, "Operations").
   */
  planForProvider({ operation, serviceProviderId, account, body }: ProviderRequest, switches: Switches): Plan {
    const refuse = (status: number, message: string): Plan => ({
      answer: jsonAnswer(status, errorBody(status, message, switches.errorBody)),
    });
    if (operation === 'createProvider') return this.#planCreate(account, body, switches);
    if (operation === 'readProvider' && switches.readProvider !== 'served') {
      return refuse(switches.readProvider, 'The caller may not read service providers.');
    }
    const provider = this.#providers.get(serviceProviderId);
    if (!provider || provider.isDeleted) return refuse(404, 'The service provider was not found.');
    if (provider.account !== account) {
      return refuse(switches.noAccess, 'The caller does not have access to the service provider.');
    }
    switch (operation) {
      case 'readProvider':
        return { answer: jsonAnswer(200, resourceOf(provider, switches)) };
      case 'updateProvider':
        return {
          answer:
            switches.updateProviderStatus === 204 ? { status: 204 } : jsonAnswer(200, resourceOf(provider, switches)),
          effect: () => {
            provider.name = body.displayName?.[0].value ?? '';
          },
        };
      case 'deleteProvider':
        return {
          answer: { status: switches.deleteProviderStatus },
          effect: () => {
            if (switches.mappingOfDeleted === 'dropped') this.#providers.delete(serviceProviderId);
            else provider.isDeleted = true;
          },
        };
    }
  }

  #planCreate(
    account: string,
    { serviceProviderLogicalId = '', displayName }: ProviderRequest['body'],
    switches: Switches,
  ): Plan {
    if (
      this.all().some(
        (provider) => !provider.isDeleted && provider.serviceProviderLogicalId === serviceProviderLogicalId,
      )
    ) {
      const status = switches.createWithTakenLogicalId;
      return {
        answer: jsonAnswer(status, errorBody(status, 'The serviceProviderLogicalId is in use.', switches.errorBody)),
      };
    }
    const provider: ProviderState = {
      ...unmappedProvider(`amzn1.comms.csp.id.${uuidOf(`created ${String(++this.#created)}`)}`),
      serviceProviderLogicalId,
      name: displayName?.[0].value ?? '',
      account,
    };
    return {
      answer: jsonAnswer(201, { ...resourceOf(provider, switches), serviceProviderId: provider.serviceProviderId }),
      effect: () => {
        this.#providers.set(provider.serviceProviderId, provider);
      },
    };
  }

  #known(serviceProviderId: string): ProviderState {
    const provider = this.#providers.get(serviceProviderId);
    if (!provider) throw new Refusal(`no such service provider in the simulator: ${serviceProviderId}`);
    return provider;
  }
}

const NO_MAPPING = 'The service provider has no network mapping.';

const unmappedProvider = (serviceProviderId: string): ProviderState => ({
  serviceProviderId,
  serviceProviderLogicalId: serviceProviderId.slice(serviceProviderId.lastIndexOf('.') + 1),
  name: '',
  isDeleted: false,
  account: demoAccount,
  skillId: null,
  writes: { create: 0, update: 0, delete: 0 },
});

const resourceOf = (
  { serviceProviderId, serviceProviderLogicalId, name }: ProviderState,
  { providerBody }: Switches,
): Record<string, unknown> => ({
  ...(providerBody !== 'empty' && { serviceProviderId }),
  ...(providerBody === 'full' && {
    serviceProviderLogicalId,
    displayName: name === '' ? [] : [{ locale: 'en-US', value: name }],
  }),
});

const networkMapping = (skillId: string, switches: Switches) => ({
  networkType: 'SKILL',
  skillConfiguration: { skillId: switches.skillIdForm === 'otherForm' ? inOtherForm(skillId) : skillId },
});

const active = (status: number, { serviceProviderId }: ProviderState): Answer =>
  jsonAnswer(status, { serviceProviderId, status: 'ACTIVE' });

function write(provider: ProviderState, { operation, skillId }: MappingRequest, answer: Answer): Plan {
  return {
    answer,
    effect: () => {
      if (operation === 'get') throw new Error('a read has no effect');
      provider.skillId = operation === 'delete' ? null : skillId;
      provider.writes[operation]++;
    },
  };
}
