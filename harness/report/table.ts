import Table from 'cli-table3';
import type { Paint } from './style.ts';

/** An empty table without lines, whose columns are as wide as what is pushed into it. */
export function openTable(head: string[], paint: Paint): Table.Table {
  return new Table({
    head: head.map((word) => paint('bold', word)),
    style: { head: [], border: [], compact: true },
    chars: borderless,
  });
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
