/** The beginnings of the events that were lines in a plot, as labs of event schema 1 wrote them. */
const beginnings = [
  'dockerd',
  'containerd',
  'client',
  'stopping',
  'starting dockerd',
  'releasing',
  'taking a profile',
  'budget',
  'failed',
  'interrupted',
  'reboot',
  'remedy',
  'dosed',
];

/** Whether an event of schema 1, which had words and no code, is a line in every plot. */
export function isMarkOfSchema1(text: string): boolean {
  return beginnings.some((beginning) => text.startsWith(beginning));
}
