import { html, type HtmlValue, type Markup } from './html';

/** Returns names and values, without empty values. */
export function facts(entries: readonly (readonly [name: string, value: HtmlValue])[]): Markup {
  const known = entries.filter(([, value]) => value !== undefined);
  return html`<dl>
    ${known.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Returns a name above its ID, or the ID alone. */
export function nameAndId(name: string | undefined, id: string): Markup {
  const code = html`<code>${id}</code>`;
  return name === undefined ? code : html`<bdi>${name}</bdi><br />${code}`;
}
