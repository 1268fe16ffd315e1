import { html, type Html, type Part } from './html.ts';

/** A page of the report. */
export interface Page {
  title: string;
  /** What leads from the page to the report's directory: nothing for a page in it, else `../` once or more. */
  toRoot: string;
  body: Part;
  /** Scripts of our own in `assets/`. */
  scripts?: readonly string[];
}

/**
 * Nothing but files beside the page: no network, no inline script or style, whatever a log line says. A page that is opened from
 * a disk has no origin that `'self'` could stand for in every browser, so the scheme of such pages is named as well.
 */
const policy = "default-src 'none'; style-src 'self' file:; script-src 'self' file:; img-src 'self' file:";

/** The whole document. */
export function pageOf({ title, toRoot, body, scripts = [] }: Page): string {
  const document: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · dockerd-leak-lab</title>
        <link rel="stylesheet" href="${toRoot}assets/style.css" />
        <link rel="icon" href="${toRoot}assets/icon.svg" />
        ${scripts.map((script) => html`<script src="${toRoot}assets/${script}" defer></script> `)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header><a href="${toRoot}index.html">dockerd-leak-lab</a></header>
        <main id="main" tabindex="-1">${body}</main>
      </body>
    </html> `;
  return document.text;
}
