import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { html, trusted, type Html, type Part } from '../markup/html.ts';

/** A page of the report. */
export interface Page {
  title: string;
  /** The relative path from the page to the report's directory: empty for a page in it, else `../` once or more. */
  toRoot: string;
  body: Part;
  /** A script of our own in `assets/`. */
  script?: string;
}

/**
 * Nothing but styles and pictures beside the page, and a script that is known by its digest: no network, no other script, no form, even if a log line
 * contains them. A page that is opened from a disk has no origin that `'self'` could stand for in every browser, so the scheme of such pages is named as well.
 */
function policyFor(script: string): string {
  const digest = createHash('sha256').update(script).digest('base64');
  const scripts = script === '' ? '' : ` script-src 'sha256-${digest}';`;
  return `default-src 'none';${scripts} style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'`;
}

/** A script as it stands in the page: one in a file of its own could not be distinguished from others on the disk. */
function scriptNamed(name: string | undefined): string {
  return name === undefined ? '' : `\n${readFileSync(path.join(import.meta.dirname, 'assets', name), 'utf8')}`;
}

/** The whole document. */
export function pageOf({ title, toRoot, body, script: name }: Page): string {
  const script = scriptNamed(name);
  const document: Html = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policyFor(script)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title} · dockerd-leak-lab</title>
        <link rel="stylesheet" href="${toRoot}assets/style.css" />
        <link rel="icon" href="${toRoot}assets/icon.svg" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <a href="${toRoot}index.html">dockerd-leak-lab</a> · <a href="${toRoot}known.html">What is known</a>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        ${script === '' ? '' : trusted(`<script>${script}</script>`)}
      </body>
    </html> `;
  return document.text;
}
