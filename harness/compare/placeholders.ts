/** Parts of a text that differ from run to run, and what stands for them. In this order. */
const placeholders: readonly { pattern: RegExp; stands: string; why: string }[] = [
  {
    pattern: /0001-01-01T00:00:00Z/g,
    stands: '<never>',
    why: "Go's zero time is no date: whether it is there matters",
  },
  { pattern: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, stands: '<time>', why: 'a date' },
  { pattern: /\b[0-9a-f]{64}\b/g, stands: '<id>', why: 'ids are random' },
  { pattern: /(?<=\/netns\/)[0-9a-f]{12}\b/g, stands: '<id>', why: 'the beginning of one, in the path of a namespace' },
  { pattern: /^[0-9a-f]{12}$/g, stands: '<id>', why: 'the beginning of one, as a host name' },
  {
    pattern: /\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g,
    stands: '<id>',
    why: 'the beginning of one, wherever it is neither a number nor a word',
  },
  { pattern: /(?<=sandbox |\()[0-9a-f]{7}\b/g, stands: '<id>', why: 'the beginning of one, in a log' },
  { pattern: /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, stands: '<mac>', why: 'made of an address' },
  { pattern: /\b(?:\d{1,3}\.){3}\d{1,3}(?:\/\d+)?\b/g, stands: '<address>', why: 'which one is free is chance' },
  { pattern: /\bveth[0-9a-f]{7}\b/g, stands: '<veth>', why: 'random' },
  { pattern: /(?<=network namespace )\d+/g, stands: '<fd>', why: 'a file descriptor' },
  { pattern: /\b0xc[0-9a-f]{9}\b/g, stands: '<pointer>', why: 'an address in memory' },
  { pattern: /(?<=\bpid:? |\/proc\/)\d+/g, stands: '<pid>', why: 'a process id' },
  { pattern: /(?<=size: )\d+/g, stands: '<size>', why: 'the layer has files of the userland' },
  { pattern: /\b\d+(?:\.\d+)?(?:ns|µs|ms|s)\b/g, stands: '<duration>', why: 'how long something took' },
  { pattern: /(?:Less than a|\d+|About an?) (?:second|minute|hour)s?/g, stands: '<duration>', why: 'how long ago' },
  { pattern: /(?<![\w.])\/\S+\.sock\b/g, stands: '<socket>', why: 'where it listens is told on its command line' },
  { pattern: /\/\S*(?=\/netns\/)/g, stands: '<exec root>', why: "the daemon's --exec-root" },
];

/**
 * A text without what differs from run to run. `root` is the daemon's data root, which its `/info` reports.
 */
export function normalise(text: string, root: string): string {
  const start = root === '' ? text : text.replaceAll(root, '<root>');
  return placeholders.reduce((so, { pattern, stands }) => so.replaceAll(pattern, stands), start);
}
