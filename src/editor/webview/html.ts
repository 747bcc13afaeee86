import { escapeHtml } from '../../core/text/escapeHtml';

/** Safe markup for a document. Only {@link html} creates it. */
export class Markup {
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** A value in a template; a list is concatenated, `undefined` is empty. */
export type HtmlValue = string | number | Markup | undefined | readonly HtmlValue[];

/**
 * Creates markup from a template. Escapes every value unless another template created it, so nothing that a service, a
 * setting or a user wrote can become an element, an attribute or a script.
 *
 * Rules for templates: quote attribute values with double quotes; insert no value into a tag's or attribute's name, a
 * comment, a script or a style; validate a URL before inserting it into `href`.
 */
export function html(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  return new Markup(template.reduce((markup, part, index) => markup + render(values[index - 1]) + part));
}

function render(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}
