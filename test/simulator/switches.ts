import * as v from 'valibot';
import { errorShapes } from './answer';
import { parseOrRefuse } from './refusal';
import { knownScopes } from './scopes';

const milliseconds = v.pipe(v.number(), v.minValue(0), v.maxValue(600_000));

/**
 * One entry for each behavior that the references of the network mapping and onboarding APIs and the Login with Amazon
 * documentation do not specify, and for the conditions (latency, rate limit) that the service runs under.
 */
const SwitchesSchema = v.strictObject({
  /** POST where a mapping exists. The reference documents 400 and 403 for POST, but not for which cause. */
  createWhenMapped: v.picklist([400, 403, 409, 'overwrite']),
  /** PUT where no mapping exists. */
  updateWhenNotMapped: v.picklist([404, 'create']),
  /** DELETE where no mapping exists (any more). */
  deleteWhenNotMapped: v.picklist([404, 200]),
  /** Prose and examples of the reference name two forms of skill id: whether GET returns the form that was stored. */
  skillIdForm: v.picklist(['asStored', 'otherForm']),
  /** A valid token without access to the provider: 401 ("or, you don't have access to the resource") or 403. */
  noAccess: v.picklist([401, 403]),
  /** Whether a service provider can be read: served, or refused for the account or as no operation of the service. */
  readProvider: v.picklist(['served', 403, 405]),
  /** A create with a logical ID that is in use. It fails; the status is not documented. */
  createWithTakenLogicalId: v.picklist([400, 409]),
  updateProviderStatus: v.picklist([200, 204]),
  deleteProviderStatus: v.picklist([200, 204]),
  /** Which fields the body has that describes a service provider. That of a create has the ID in any case. */
  providerBody: v.picklist(['full', 'idOnly', 'empty']),
  /** Whether the mapping of a service provider ends with it. */
  mappingOfDeleted: v.picklist(['dropped', 'kept']),
  /** The shape of every ordinary error body. */
  errorBody: v.picklist(errorShapes),
  /** `expires_in` of the token endpoint as a number (RFC 6749) or as a string. */
  expiresIn: v.picklist(['number', 'string']),
  /** Whether a refresh returns the same refresh token, a new one, or none. */
  refreshTokenOnRefresh: v.picklist(['same', 'new', 'omitted']),
  /** Whether a refresh token is revoked when a new one is issued for it. */
  oldRefreshTokens: v.picklist(['stayValid', 'revoked']),
  /** The response to a wrong client ID or secret: RFC 6749, 5.2 allows each of these; the challenge is WWW-Authenticate. */
  invalidClient: v.picklist(['plain401', 'challenge401', 'plain400']),
  /** Whether the response to a code lists the granted scopes. The redirect always does. */
  namesScopes: v.boolean(),
  /** How a scope that the client may not use is reported: to the client by a redirect, or to the user on a page. */
  scopeRefusal: v.picklist(['redirect', 'page']),
  /** Whether the consent page is shown. It is skipped for a user who has consented before. */
  consent: v.picklist(['asked', 'given']),
  /** A scope that is never granted, whatever the user selects on the page. */
  withheldScope: v.nullable(v.picklist(knownScopes)),
  accessTokenLifetimeS: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Added to every response; half of it before the rate limit is checked. */
  latencyMs: v.nullable(
    v.pipe(
      v.strictObject({ min: milliseconds, max: milliseconds }),
      v.check(({ min, max }) => min <= max, 'min must not be greater than max'),
    ),
  ),
  /** A token bucket over all mapping operations. The reference documents 429 and does not publish the limit. */
  rateLimit: v.nullable(
    v.strictObject({
      perSecond: v.pipe(v.number(), v.minValue(0)),
      burst: v.pipe(v.number(), v.integer(), v.minValue(1)),
      retryAfter: v.optional(v.picklist(['none', 'seconds', 'date', 'garbage']), 'none'),
      retryAfterSeconds: v.optional(v.pipe(v.number(), v.minValue(0)), 1),
    }),
  ),
});

export type Switches = v.InferOutput<typeof SwitchesSchema>;
export type SwitchesInput = Partial<v.InferInput<typeof SwitchesSchema>>;
export type RateLimit = NonNullable<Switches['rateLimit']>;

/** The closest to the documentation: only statuses that the reference lists for the operation. */
export const defaultSwitches: Switches = {
  createWhenMapped: 403,
  updateWhenNotMapped: 404,
  deleteWhenNotMapped: 404,
  skillIdForm: 'asStored',
  noAccess: 401,
  readProvider: 'served',
  createWithTakenLogicalId: 400,
  updateProviderStatus: 200,
  deleteProviderStatus: 200,
  providerBody: 'full',
  mappingOfDeleted: 'dropped',
  errorBody: 'error',
  expiresIn: 'number',
  refreshTokenOnRefresh: 'same',
  oldRefreshTokens: 'stayValid',
  invalidClient: 'plain401',
  namesScopes: true,
  scopeRefusal: 'redirect',
  consent: 'asked',
  withheldScope: null,
  accessTokenLifetimeS: 3600,
  latencyMs: null,
  rateLimit: null,
};

/** Any positions of any switches; they are validated after the merge with the current ones. */
const SomeSwitchesSchema = v.custom<Record<string, unknown>>(
  (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
  'expected an object',
);

/** Returns the switches with some of them set; rejects unknown names and positions. */
export function moveSwitches(current: Switches, some: unknown): Switches {
  return parseOrRefuse(SwitchesSchema, { ...current, ...parseOrRefuse(SomeSwitchesSchema, some) });
}
