import type { Argument, Command, Option } from 'commander';
import { labProgram } from '../../harness/cli/program.ts';
import { jsonSchemas } from '../schemas/schemas.ts';

const made = '<!-- Made by npm run reference. -->';

/** Pages of the reference that are made from the code: the file of each below `docs/reference` → its text. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['cli.md', await cliPage()],
    ['schemas.md', schemasPage()],
  ]);
}

async function cliPage(): Promise<string> {
  const commands = leaves(await labProgram(() => {}), []);
  return `${made}

# Command line

Every command is typed as \`npm run\` has it. Words after \`--\` go to the lab. [Exit codes](exit-codes.md) have a page of their own, and so have [settings](../settings.md).

${commands.map(({ words, command }) => sectionOf(words, command)).join('\n\n')}
`;
}

/** Commands without commands below them, and their words. */
function leaves(command: Command, words: readonly string[]): { words: readonly string[]; command: Command }[] {
  const below = command.commands.flatMap((child) => leaves(child, [...words, child.name()]));
  const isCommand = words.length > 0 && (command.commands.length === 0 || command.options.length > 0);
  return isCommand ? [{ words, command }, ...below] : below;
}

function sectionOf(words: readonly string[], command: Command): string {
  const [script = '', ...rest] = words;
  const usage = command.usage().replace(/^\[options\] ?\[command\]$/, '[options] [command]');
  const typed = ['npm run', script, '--', ...rest, usage].filter(Boolean).join(' ');
  return [
    `## ${words.join(' ')}`,
    `${capitalised(command.description())}.`,
    `\`\`\`text\n${typed}\n\`\`\``,
    table('argument', command.registeredArguments.map(argumentRow)),
    table('option', command.options.filter((option) => !option.hidden).map(optionRow)),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function argumentRow(argument: Argument): string[] {
  const name = `${argument.name()}${argument.variadic ? '…' : ''}`;
  return [code(argument.required ? `<${name}>` : `[${name}]`), cellText(argument.description)];
}

function optionRow(option: Option): string[] {
  const value: unknown = option.defaultValue;
  const isShown = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  const about = [
    option.description,
    ...(option.argChoices ? [`one of ${option.argChoices.join(', ')}`] : []),
    ...(isShown ? [`default: ${option.defaultValueDescription ?? shownDefault(value)}`] : []),
  ];
  return [code(option.flags), cellText(about.join('; '))];
}

/** The name of the host that makes this page is not in it. */
function shownDefault(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function table(what: string, rows: readonly string[][]): string {
  if (rows.length === 0) return '';
  return [`| ${what} | meaning |`, '| --- | --- |', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}

function schemasPage(): string {
  const rows = [...jsonSchemas()].map(([file, schema]) => {
    const { title = '', description = '' } = schema as { title?: string; description?: string };
    return [`[${file}](../schema/${file})`, cellText(title), cellText(description)];
  });
  return `${made}

# Schemas

Every file that the lab stores has a JSON Schema (draft 2020-12), for programs that read run directories. Paths are below the results; [what each file is for](../../results/README.md).

| schema | file | description |
| --- | --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** Text of the code in a cell of a table: what Markdown or Vue would take for markup is escaped. */
function cellText(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
