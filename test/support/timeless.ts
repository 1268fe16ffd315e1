/** A printed run without what changes from run to run: times, and the widths of columns. */
export function timeless(printed: string): string {
  return printed
    .replaceAll(/\d+\.\d s|\d+ min \d+ s/g, 'N s')
    .replaceAll(/ +/g, ' ')
    .replaceAll(/^ | $/gm, '');
}
