/** How to recognize a credential in other text. */
interface Searched {
  /** The known format, not anchored. */
  readonly form: RegExp;
  /** The name of its field in requests and responses, such as `access_token`. */
  readonly field: string;
}

/** OAuth field names, which indicate more than a single value. */
const FIELD = /(?:access_token|refresh_token|client_secret|client_id|token_type|expires_in|grant_type)["'\\]*\s*[=:]/i;

/** Where a value may begin or end in JSON, a form, a header or a command. */
const BEFORE = /(?:^|["'`=:\s([{<>,;\\])$/;
const AFTER = /^(?:\.?$|["'`\\]+(?:[\s,;:&}\])<>]|$)|[,;&}\])<>])/;

/**
 * Finds the one requested value in pasted text: JSON, a form, a header, a command, or a value with quotes and commas
 * around it.
 *
 * @returns the value; `none` if the text has fields but not this one, `several` if it has different values; undefined
 *   if the text seems to be a single value of an unknown format
 */
export function onlyCredentialIn(
  text: string,
  { form, field }: Searched,
): { readonly value: string } | 'none' | 'several' | undefined {
  const plain = decoded(text);
  const ofForm = [...plain.matchAll(new RegExp(form.source, 'g'))];
  // With more text attached, the end of the value is unknown.
  if (!ofForm.every(({ 0: value, index }) => isWhole(plain, index, index + value.length))) return undefined;
  const values = new Set(ofForm.map(([value]) => value));
  if (values.size === 0) for (const value of valuesOfField(plain, field)) values.add(value);
  const [only] = values;
  if (values.size > 1) return 'several';
  if (only !== undefined) return { value: only };
  return hasFields(plain) ? 'none' : undefined;
}

/** Forms and redirect URLs percent-encode the bar of a token. */
function decoded(text: string): string {
  if (!/Atz[ar]%7C/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isWhole(text: string, start: number, end: number): boolean {
  return BEFORE.test(text.slice(Math.max(0, start - 1), start)) && AFTER.test(text.slice(end));
}

/** Returns the values of one field, in any format. */
function valuesOfField(text: string, field: string): readonly string[] {
  const json = parsedJson(text);
  if (json !== undefined) return fieldsOf(json, field.replaceAll('_', ''));
  const name = field.replace('_', '_?');
  const values = [
    ...text.matchAll(new RegExp(String.raw`(?<![a-z])${name}["'\\]*\s*[=:]\s*["'\\]*([^\s"'\\&,;}]+)`, 'gi')),
    ...(field === 'access_token' ? text.matchAll(/authorization["']?\s*[=:]\s*["']?bearer\s+([^\s"']+)/gi) : []),
  ];
  return values.map(([, value = '']) => value);
}

function fieldsOf(value: unknown, name: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === 'string' && key.replaceAll('_', '').toLowerCase() === name ? [each] : fieldsOf(each, name),
  );
}

/** Whether the text has fields, rather than being a value of an unknown format. */
function hasFields(text: string): boolean {
  return parsedJson(text) !== undefined || FIELD.test(text) || /^(?:curl|\$ curl)\s/i.test(text);
}

/** Returns undefined unless it is an object or array. */
function parsedJson(text: string): object | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
