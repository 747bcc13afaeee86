import { html, type Markup } from './html';

/** What a page needs to run in its panel. */
export interface PageFrame {
  /** Language of the texts, for screen readers. */
  readonly language: string;
  /** Permits this one script; new for each page. */
  readonly nonce: string;
  readonly cspSource: string;
  /** The style that all pages share. */
  readonly commonStyleUri: string;
  readonly styleUri: string;
  readonly scriptUri: string;
}

/** Returns the document of a page. It runs only its own script, and loads nothing but its styles. */
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
        <link rel="stylesheet" href="${frame.commonStyleUri}" />
        <link rel="stylesheet" href="${frame.styleUri}" />
      </head>
      <body>
        ${main}
        <script nonce="${frame.nonce}" src="${frame.scriptUri}"></script>
      </body>
    </html> `.toString();
}
