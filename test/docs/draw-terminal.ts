import { text } from 'node:stream/consumers';
import { terminalPicture } from './terminal-picture.ts';

// See CONTRIBUTING.md, Documentation, for the command of docs/terminal.svg.
const [command = '', label = ''] = process.argv.slice(2);
process.stdout.write(terminalPicture(command, await text(process.stdin), label));
