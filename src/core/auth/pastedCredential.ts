/** What tells one sort of credential from everything around it. */
interface Searched {
  /** The known form, without a beginning or an end. */
  readonly form: RegExp;
  /** The name of the field that holds it in requests and answers, such as `access_token`. */
  readonly field: string;
}

/** Names of fields of OAuth, with which a text is more than one value. */
const FIELD = /(?:access_token|refresh_token|client_secret|client_id|token_type|expires_in|grant_type)["'\\]*\s*[=:]/i;

/** Where a value may begin or end in JSON, a form, a header or a command. */
const BEFORE = /(?:^|["'`=:\s([{<>,;\\])$/;
const AFTER = /^(?:\.?$|["'`\\]+(?:[\s,;:&}\])<>]|$)|[,;&}\])<>])/;

/**
 * Finds the one value that was asked for in what a person has pasted: in JSON, a form, a header, a command, or with quotes and
 * commas around it.
 *
 * @returns the value; `none` where the text has fields and not this one, `several` where it has different ones; undefined
 * where the text seems to be a single value of an unknown form
 */
export function onlyCredentialIn(
  text: string,
  { form, field }: Searched,
): { readonly value: string } | 'none' | 'several' | undefined {
  const plain = decoded(text);
  const ofForm = [...plain.matchAll(new RegExp(form.source, 'g'))];
  // What goes on after it is no end, and then nothing tells where it ends.
  if (!ofForm.every(({ 0: value, index }) => isWhole(plain, index, index + value.length))) return undefined;
  const values = new Set(ofForm.map(([value]) => value));
  if (values.size === 0) for (const value of valuesOfField(plain, field)) values.add(value);
  const [only] = values;
  if (values.size > 1) return 'several';
  if (only !== undefined) return { value: only };
  return hasFields(plain) ? 'none' : undefined;
}

/** A form and the address of a redirect have the bar of a token percent-encoded. */
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

/** The values of one field, of whatever form. */
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

/** Whether it is rather something that holds values than a value of an unknown form. */
function hasFields(text: string): boolean {
  return parsedJson(text) !== undefined || FIELD.test(text) || /^(?:curl|\$ curl)\s/i.test(text);
}

/** undefined where it is no object or array */
function parsedJson(text: string): object | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
