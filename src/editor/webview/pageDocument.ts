import { html, type Markup } from './html';

/** What a page needs to run in its panel. */
export interface PageFrame {
  /** Language of the texts, for screen readers. */
  readonly language: string;
  /** Permits the page's scripts; new for each page. */
  readonly nonce: string;
  readonly cspSource: string;
  /** Beginning with the style that all pages share. */
  readonly styleUris: readonly string[];
  readonly scriptUris: readonly string[];
}

/** Returns the document of a page. It runs only its own scripts, and loads nothing but its styles. */
export function pageDocument(frame: PageFrame, title: string, main: Markup): string {
  const policy = [
    "default-src 'none'",
    `style-src ${frame.cspSource}`,
    `script-src 'nonce-${frame.nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="${frame.language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${frame.styleUris.map((uri) => html`<link rel="stylesheet" href="${uri}" />`)}
      </head>
      <body>
        ${main} ${frame.scriptUris.map((uri) => html`<script nonce="${frame.nonce}" src="${uri}"></script>`)}
      </body>
    </html> `.toString();
}
