import test from 'ava';
import { flameGraph } from './flame-graph.ts';
import { flameTree } from './flame-tree.ts';
import { readHeapProfile } from './heap-profile.ts';
import { recorded } from './testing/fixtures.ts';
import { elementsOf } from './testing/well-formed.ts';

const heading = 'heap in use after GC, 135.8 MB, dockerd 1.13.1';

test('the recorded heap: every frame has its whole name, bytes and share', async (t) => {
  const svg = flameGraph(heading, flameTree('all', readHeapProfile((await recorded()).heap).stacks));
  const elements = elementsOf(svg);
  t.is(elements[0], 'svg');
  t.true(elements.filter((name) => name === 'rect').length > 100);
  t.false(elements.includes('script'));
  t.regex(svg, /^<svg [^>]*width="1200"/);
  t.true(svg.includes(`<title>${heading}</title>`));
  t.regex(
    svg,
    /<title>github\.com\/docker\/docker\/pkg\/pubsub\.\(\*Publisher\)\.SubscribeTopic: 66,557,146 bytes, 49\.0 %<\/title>/,
  );
  t.regex(svg, />pubsub\.\(\*Publisher\)\.SubscribeTopic<\/text>/);
  t.regex(svg, /@media \(prefers-color-scheme: dark\)/);
});

const stack = (bytes: number, ...frames: string[]) => ({ frames, size: 1, bytes });

test('a function stands on its caller, as wide as its bytes; equal heaps give equal pictures', (t) => {
  const stacks = [stack(750, 'b.leaf', 'a.main'), stack(250, 'c.other', 'a.main')];
  const svg = flameGraph('small', flameTree('all', stacks));
  t.is(svg, flameGraph('small', flameTree('all', stacks.toReversed())));
  const boxes = [...svg.matchAll(/<title>(\S+): \S+ bytes, (\S+) %<\/title><rect x="(\S+)" y="(\S+)" width="(\S+)"/g)];
  t.deepEqual(
    boxes.map((box) => box.slice(1)),
    [
      ['all', '100.0', '10', '76', '1180'],
      ['a.main', '100.0', '10', '58', '1180'],
      ['b.leaf', '75.0', '10', '40', '885'],
      ['c.other', '25.0', '895', '40', '295'],
    ],
  );
});

test('one package, one colour', (t) => {
  const svg = flameGraph('x', flameTree('all', [stack(1, 'a/b.one', 'a/b.(*T).two', 'c.three')]));
  const colours = new Map([...svg.matchAll(/<title>([^:]+):.*?fill="([^"]+)"/g)].map(([, name, fill]) => [name, fill]));
  t.is(colours.get('a/b.one'), colours.get('a/b.(*T).two'));
  t.not(colours.get('a/b.one'), colours.get('c.three'));
});

test('hostile names are text', (t) => {
  const name = '</title><script>alert("1")</script>&amp;\'\u0000\u001B[31m\uD800]]>\uFFFF';
  const svg = flameGraph(name, flameTree(name, [stack(10, name)]));
  const elements = elementsOf(svg);
  t.deepEqual([...new Set(elements)], ['svg', 'title', 'style', 'text', 'g', 'rect']);
  t.true(svg.includes('&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;'));
});

test('frames below half a pixel are left out, and a heap of nothing is a picture', (t) => {
  const stacks = [stack(1_000_000, 'a.large'), stack(400, 'a.tiny')];
  t.false(flameGraph('x', flameTree('all', stacks)).includes('a.tiny'));
  t.deepEqual(elementsOf(flameGraph('nothing', flameTree('all', []))), ['svg', 'title', 'style', 'text']);
});

test('what checks the pictures finds what is not well-formed', (t) => {
  for (const xml of [
    '<a>',
    '<a></b>',
    '<a b="1" b="2"/>',
    '<a>&</a>',
    '<a b=1/>',
    '<a/><b/>',
    '<a><</a>',
    '<a>\u0000</a>',
  ]) {
    t.throws(() => elementsOf(xml), { instanceOf: SyntaxError }, xml);
  }
});
