/** Markup that can stand in a document as it is. Only {@link html} makes it. */
export class Markup {
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What can stand in the place of a value; a list is written without anything in between, `undefined` as nothing. */
export type HtmlValue = string | number | Markup | undefined | readonly HtmlValue[];

/**
 * Makes markup from a template. Each value is text, whatever is in it, unless it came out of another template; so
 * nothing that a service, a setting or a person wrote can become an element, an attribute or a script.
 *
 * Rules for the template: attribute values stand in double quotes, no value stands in a tag's or an attribute's name,
 * in a comment, a script or a style, and one in `href` is an address that was checked.
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  return new Markup(template.reduce((markup, part, index) => markup + render(values[index - 1]) + part));
}

function render(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(render).join('');
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
