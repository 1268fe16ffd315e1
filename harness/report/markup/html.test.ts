import test from 'ava';
import { html, trusted } from './html.ts';

const shows = test.macro({
  exec(t, text: string, escaped: string) {
    t.is(html`<p title="${text}">${text}</p>`.text, `<p title="${escaped}">${escaped}</p>`);
  },
  title: (_, text: string) => JSON.stringify(text),
});

test(shows, 'plain', 'plain');
test(shows, '<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;');
test(shows, '"><img src=x onerror=alert(1)>', '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
test(shows, "' onfocus='alert(1)", '&#39; onfocus=&#39;alert(1)');
test(shows, '`${1}`', '&#96;${1}&#96;');
test(shows, ']]>--></style>', ']]&gt;--&gt;&lt;/style&gt;');
test(shows, '&lt;', '&amp;lt;');
test(shows, '\u001B[31mred\u001B[0m\u0007\u0000', '⟨U+001B⟩[31mred⟨U+001B⟩[0m⟨U+0007⟩⟨U+0000⟩');
test(shows, 'a\u202Etxt.exe\u2069', 'a⟨U+202E⟩txt.exe⟨U+2069⟩');
test(shows, 'שלום', 'שלום');
test(shows, 'one\ntwo\tthree', 'one\ntwo\tthree');
test(shows, 'half a \uD83D pair, and a whole 🐳', 'half a \uFFFD pair, and a whole 🐳');

test('markup is put in as it is, lists one after the other, nothing as nothing', (t) => {
  const items = ['<', 1].map((one) => html`<i>${one}</i>`);
  t.is(html`<b>${items}${undefined}${trusted('<br>')}</b>`.text, '<b><i>&lt;</i><i>1</i><br></b>');
});
