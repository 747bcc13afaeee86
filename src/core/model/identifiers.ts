import * as l10n from '@vscode/l10n';
import { asItLooks, hasInvisibleOrSpace } from './lookAlikes';

/**
 * The result of checking an ID or a name: usable (perhaps with a warning), or a problem.
 *
 * `suggestion` is the only ID found inside a longer text.
 */
export type ValidationResult =
  | { ok: true; value: string; warning?: string; suggestion?: string }
  | { ok: false; problem: string; suggestion?: string };

const SERVICE_PROVIDER_PREFIX = 'amzn1.comms.csp.id.';
/** The reference's text describes the second format; its examples and Amazon's tools use the first. */
const SKILL_PREFIXES = ['amzn1.ask.skill.', 'amzn1.alexa.skill.did.'];
const MAX_SKILL_ID_LENGTH = 255;
/** Not documented. Far longer than any known ID, and short enough for a row and a URL. */
const MAX_SERVICE_PROVIDER_ID_LENGTH = 1_000;

const LWA_CLIENT_PREFIX = 'amzn1.application-oa2-client.';
const CHIME_PROVIDER_PREFIX = 'amzn1.alexa.csp.id.';

/** What only Login with Amazon issues, and what only OAuth requests and responses contain. */
const SECRET_FORMS: readonly RegExp[] = [
  // Access, refresh and authorization tokens, also with the bar as URLs, JSON and HTML write it.
  /(?:Atza|Atzr|Atc)(?:\||%(?:25)*7C|\\+u007c|&(?:#x0*7c|#0*124|verbar|vert|VerticalLine);)/i,
  /amzn1\.oa2-cs\.v1\./i,
  // A client secret without a prefix. After a period, it is part of an ID.
  /(?<![\da-z.])[\da-f]{64}(?![\da-z])/i,
  // The redirect URL of a sign-in, or the end of one.
  /(?:[?&#]|%3F|%26|%23)code(?:=|%3D)[^\s&]/i,
  /^\s*code=[^\s&]{8}/i,
  /(?:access_token|refresh_token|client_secret|code_verifier)(?:\\*["']|%22)?\s*(?:[=:]|%3D|%3A)\s*(?:\\*["']|%22)?[^\s"']/i,
  /authorization["']?\s*[=:]\s*["']?(?:bearer|basic)\s+\S/i,
  /\bbearer(?:\s|%20|\+)+(?=\S*\d)[\w.~+/=|-]{20}/i,
];

const UUID_FORM = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
const UUID = new RegExp(`^${UUID_FORM}$`, 'i');
/** The beginning of a UUID: a UUID, one that was cut off, or one with something after it. */
const BEGINNING_OF_UUID = /^[\da-f]{8}(?:$|-)/i;
/** Everything seen after a known prefix in Amazon's documents and tools. */
const KNOWN_REST_FORM = String.raw`[\da-z]+(?:[._-][\da-z]+)*`;
const KNOWN_REST = new RegExp(`^${KNOWN_REST_FORM}$`, 'i');
const ID_AFTER_FORM = new RegExp(`^(?:${UUID_FORM}|${KNOWN_REST_FORM})`, 'i');

/**
 * Whether the text contains something that only Login with Amazon issues and that must not be stored in plain text, in
 * any notation: percent-encoded, with full-width letters, or with invisible characters in it.
 */
export function looksLikeSecret(text: string): boolean {
  const plain = asItLooks(text);
  return SECRET_FORMS.some((form) => form.test(plain));
}

/** Returns why a text must not be searched for: search texts are stored in plain text, so secrets are rejected. */
export function searchProblem(text: string): string | undefined {
  return looksLikeSecret(text)
    ? l10n.t('This is a Login with Amazon secret. It was not stored or searched for.')
    : undefined;
}

/**
 * Checks the ID of a service provider. Accepts an unknown format with a warning, because Amazon documents the format
 * (`amzn1.comms.csp.id.{id}`) but no complete grammar.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkServiceProviderId(id: string): ValidationResult {
  return withIdInside(id, [SERVICE_PROVIDER_PREFIX], (inside) => {
    const problem = findProblem(id, inside ?? `${SERVICE_PROVIDER_PREFIX}…`);
    if (problem) return { ok: false, problem };
    if (id === '.' || id === '..') {
      // Every URL parser resolves a path segment of dots, even if percent-encoded.
      return {
        ok: false,
        problem: l10n.t('This is not an ID. Expected a service provider ID such as {0}…', SERVICE_PROVIDER_PREFIX),
      };
    }
    const length = Array.from(id).length;
    if (length > MAX_SERVICE_PROVIDER_ID_LENGTH) {
      return {
        ok: false,
        problem: l10n.t(
          'A service provider ID has at most {0} characters; this one has {1}.',
          MAX_SERVICE_PROVIDER_ID_LENGTH,
          length,
        ),
      };
    }
    if (hasKnownForm(id, [SERVICE_PROVIDER_PREFIX])) return { ok: true, value: id };
    return { ok: true, value: id, warning: serviceProviderWarning(id, inside) };
  });
}

/**
 * Checks the ID of a skill: 1 to 255 characters without white space. Accepts both documented formats; any other with a
 * warning.
 *
 * @see
 *   https://developer.amazon.com/en-US/docs/alexa/alexa-smart-properties/service-provider-network-mapping-api-for-asp.html
 */
export function checkSkillId(id: string): ValidationResult {
  return withIdInside(id, SKILL_PREFIXES, (inside) => {
    const problem = findProblem(id, inside ?? `${SKILL_PREFIXES[0] ?? ''}…`);
    if (problem) return { ok: false, problem };
    const length = Array.from(id).length;
    if (length > MAX_SKILL_ID_LENGTH) {
      return {
        ok: false,
        problem: l10n.t('A skill ID has at most {0} characters; this one has {1}.', MAX_SKILL_ID_LENGTH, length),
      };
    }
    if (hasKnownForm(id, SKILL_PREFIXES)) return { ok: true, value: id };
    return { ok: true, value: id, warning: skillWarning(id, inside) };
  });
}

/** Checks a display name: any text, or none, but no secret, because names are stored in plain text and displayed. */
export function checkName(typed: string): ValidationResult {
  if (looksLikeSecret(typed)) {
    return { ok: false, problem: l10n.t('This is a Login with Amazon secret, not a name. It was not stored.') };
  }
  return { ok: true, value: typed.trim() };
}

/**
 * Whether two IDs denote the same skill. The service may return the other format than it was sent, so compare what
 * follows the known prefixes.
 */
export function isSameSkillId(one: string, other: string): boolean {
  return one === other || skillKey(one) === skillKey(other);
}

/**
 * Returns the same text for all formats of a skill's ID: the ID in the first known format, in lower case where case is
 * irrelevant. An ID of an unknown format equals only itself.
 */
export function skillKey(id: string): string {
  const form = SKILL_PREFIXES.find((known) => hasPrefix(id, known));
  if (form === undefined) return id;
  const rest = id.slice(form.length);
  return `${SKILL_PREFIXES[0] ?? ''}${UUID.test(rest) ? rest.toLowerCase() : rest}`;
}

/** Whether the ID ends in a UUID, so that it is neither cut off nor followed by other text. */
export function hasUuid(id: string): boolean {
  return UUID.test(id.slice(id.lastIndexOf('.') + 1));
}

/** As long as a UUID, which identifies an ID without its prefix. */
const UNIQUE_SUFFIX_LENGTH = 32;

/** Returns an ID as a row shows it: without the known prefix, if the rest is unique enough. */
export function shortId(id: string): string {
  const form = [SERVICE_PROVIDER_PREFIX, ...SKILL_PREFIXES].find((known) => hasPrefix(id, known)) ?? '';
  return id.length - form.length >= UNIQUE_SUFFIX_LENGTH ? id.slice(form.length) : id;
}

function hasPrefix(id: string, form: string): boolean {
  return id.startsWith(form) && id.length > form.length;
}

/**
 * Returns why an ID cannot be a skill's, if it is the ID of something else; short enough for a line of a pick.
 * {@link checkSkillId} only warns: what the service returns is displayed in any case.
 */
export function notSkillProblem(id: string): string | undefined {
  if (id.startsWith(LWA_CLIENT_PREFIX)) {
    return l10n.t('This is the client ID of a security profile, not the ID of a skill.');
  }
  return id.startsWith(SERVICE_PROVIDER_PREFIX) || id.startsWith(CHIME_PROVIDER_PREFIX)
    ? l10n.t('This is the ID of a service provider, not of a skill.')
    : undefined;
}

/** Whether it is a known prefix and a plausible ID, not a piece of one. */
function hasKnownForm(id: string, forms: readonly string[]): boolean {
  return forms.some((form) => {
    if (!hasPrefix(id, form)) return false;
    const rest = id.slice(form.length);
    return KNOWN_REST.test(rest) && !rest.includes('amzn1.') && (UUID.test(rest) || !BEGINNING_OF_UUID.test(rest));
  });
}

/** Adds the only ID with these prefixes inside a text to the text's check result. */
function withIdInside(
  text: string,
  forms: readonly string[],
  check: (inside: string | undefined) => ValidationResult,
): ValidationResult {
  if (hasKnownForm(text, forms)) return check(undefined);
  const inside = idInside(text, forms);
  return { ...check(inside), ...(inside !== undefined && { suggestion: inside }) };
}

/** Returns the only ID inside a text; undefined if there are none or several. */
function idInside(text: string, forms: readonly string[]): string | undefined {
  // Longer than any text a user would copy.
  const pieces = asItLooks(text.slice(0, 10_000)).split(/(?=amzn1\.)/);
  const found = new Set(
    pieces.flatMap((piece) => {
      const form = forms.find((each) => hasPrefix(piece, each));
      const [rest] = form === undefined ? [] : (ID_AFTER_FORM.exec(piece.slice(form.length)) ?? []);
      const id = `${form ?? ''}${rest ?? ''}`;
      return hasKnownForm(id, forms) ? [id] : [];
    }),
  );
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

function findProblem(id: string, expected: string): string | undefined {
  if (id === '') return l10n.t('Enter an ID such as {0}', expected);
  if (looksLikeSecret(id)) {
    return l10n.t('This is a Login with Amazon secret, not an ID. It was not stored. Expected {0}', expected);
  }
  if (hasInvisibleOrSpace(id)) {
    return l10n.t('An ID has no spaces, line breaks or invisible characters. Expected {0}', expected);
  }
  return undefined;
}

function serviceProviderWarning(id: string, inside: string | undefined): string {
  if (inside !== undefined) return l10n.t('This contains more than a service provider ID. The ID is {0}', inside);
  if (id.startsWith(LWA_CLIENT_PREFIX)) {
    return l10n.t(
      'This is the client ID of a Login with Amazon security profile. A service provider ID starts with {0}',
      SERVICE_PROVIDER_PREFIX,
    );
  }
  if (id.startsWith(CHIME_PROVIDER_PREFIX)) {
    return l10n.t(
      'This is the ID of an Amazon Chime provider. A service provider ID starts with {0}',
      SERVICE_PROVIDER_PREFIX,
    );
  }
  if (SKILL_PREFIXES.some((form) => id.startsWith(form))) {
    return l10n.t('This is the ID of a skill. A service provider ID starts with {0}', SERVICE_PROVIDER_PREFIX);
  }
  if (hasPrefix(id, SERVICE_PROVIDER_PREFIX)) {
    return l10n.t(
      'This does not look like one complete service provider ID. Check it against where you copied it from.',
    );
  }
  return l10n.t('Check for typos: service provider IDs usually start with {0}', SERVICE_PROVIDER_PREFIX);
}

function skillWarning(id: string, inside: string | undefined): string {
  if (inside !== undefined) return l10n.t('This contains more than a skill ID. The ID is {0}', inside);
  const other = notSkillProblem(id);
  if (other !== undefined) return other;
  if (SKILL_PREFIXES.some((form) => hasPrefix(id, form))) {
    return l10n.t('This does not look like a complete skill ID. Check what you copied.');
  }
  return l10n.t('Skill IDs usually start with {0} or {1}', ...SKILL_PREFIXES);
}
