import { html, type Html, type Part } from './html.ts';

/** A table that scrolls to the side by itself, so that a page never does. */
export function table(what: string, heads: readonly string[], rows: readonly (readonly Part[])[]): Html {
  return html`<div class="scroll" role="region" aria-label="${what}" tabindex="0">
    <table>
      <caption>
        ${what}
      </caption>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((part) => html`<td>${part}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}
