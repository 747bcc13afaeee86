import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { parseOrRefuse } from './refusal';

/** The account of the demo's tokens, which have no access to service providers of another account. */
export const demoAccount = 'demo';
export const otherAccount = 'other';

const ProviderSchema = v.strictObject({
  serviceProviderId: v.pipe(v.string(), v.minLength(1)),
  /** Its display name in en-US, which the page and the demo workspace show, too; empty for none. */
  name: v.optional(v.string()),
  /** By default the last part of the ID. */
  serviceProviderLogicalId: v.optional(v.pipe(v.string(), v.minLength(1))),
  skillId: v.optional(v.nullable(v.string())),
  /** The account that owns it; by default the demo's. */
  account: v.optional(v.string()),
});
const SeedSchema = v.union(
  [v.literal('demo'), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)), v.array(ProviderSchema)],
  'expected "demo", a number of providers, or a list of providers',
);

export type ProviderInput = v.InferInput<typeof ProviderSchema>;
export type SeededProvider = v.InferOutput<typeof ProviderSchema>;
export type Seed = v.InferInput<typeof SeedSchema>;

/** Parses a service provider from the control API or a test. */
export function readProvider(input: unknown): SeededProvider {
  return parseOrRefuse(ProviderSchema, input);
}

/** The service providers of a seed; the same seed always gives the same IDs. */
export function providersOf(input: unknown): SeededProvider[] {
  const seed = parseOrRefuse(SeedSchema, input);
  if (seed === 'demo') return demoProviders;
  return typeof seed === 'number' ? manyProviders(seed) : seed;
}

/** A UUID derived from the name only. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const serviceProvider = (name: string) => `amzn1.comms.csp.id.${uuidOf(`provider ${name}`)}`;
const skill = (name: string) => `amzn1.ask.skill.${uuidOf(`skill ${name}`)}`;

/** The skills of the demo, by purpose. */
export const demoSkills = {
  guestCalling: skill('Guest calling'),
  conciergePreview: skill('Concierge preview'),
  nurseCall: skill('Nurse call'),
  familyCalls: skill('Family calls'),
};

const demo = (name: string, skillId: string | null, account = demoAccount): SeededProvider => ({
  serviceProviderId: serviceProvider(name),
  name,
  skillId,
  account,
});

/** A hotel chain, a hospital and senior living homes. The last one belongs to another account. */
export const demoProviders: SeededProvider[] = [
  demo('Grand Meridian Seattle', demoSkills.guestCalling),
  demo('Grand Meridian Chicago', demoSkills.guestCalling),
  demo('Grand Meridian London', demoSkills.guestCalling),
  demo('Grand Meridian Roma', demoSkills.conciergePreview),
  demo('Grand Meridian Paris', null),
  demo('Grand Meridian Hamburg', null),
  demo('St. Brendan Hospital, Ward 3', demoSkills.nurseCall),
  demo('St. Brendan Hospital, Ward 4', demoSkills.nurseCall),
  demo('St. Brendan Hospital, Reception', null),
  demo('Maple Court Senior Living', demoSkills.familyCalls),
  demo('Rosewood Gardens', demoSkills.familyCalls),
  demo('Bayview Assisted Living', null),
  demo('Lakeside Clinic (another organization)', demoSkills.nurseCall, otherAccount),
];

/** Service providers for bulk operations: two of three are mapped, distributed over the demo's skills. */
function manyProviders(count: number): SeededProvider[] {
  const skills = Object.values(demoSkills);
  return Array.from({ length: count }, (_, index) => {
    const name = `Property ${String(index + 1).padStart(5, '0')}`;
    return demo(name, index % 3 === 2 ? null : (skills[index % skills.length] ?? null));
  });
}
