import type { Argument, Command, Option } from 'commander';
import { settingNames, settingVariables } from '../harness/core/settings.ts';

/** What the exit codes of the lab mean; those of `diagnose` and `--bisect` are told by these commands. */
const exitCodes = [
  ['0', 'all as expected'],
  ['1', 'something unexpected'],
  ['2', 'inconclusive, and nothing unexpected'],
  ['3', 'could not run'],
  ['64', 'wrong command line or config file'],
] as const;

/** The manual page of a program, in the macros of man(7). */
export function manPage(program: Command, version: string): string {
  const name = program.name();
  return `${[
    `.TH ${name.toUpperCase()} 1 "" "dockerd-leak-lab ${version}" "dockerd-leak-lab"`,
    '.SH NAME',
    `${name} \\- ${text(lowerFirst(program.description()))}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.I COMMAND',
    '[\\fIOPTION\\fR...]',
    '.SH COMMANDS',
    ...commandsOf(program, '').flatMap(([path, command]) => commandLines(path, command)),
    '.SH FILES',
    '.TP',
    '.B dockerd\\-leak\\-lab.json',
    'Defaults for options, looked for in the working directory, then in the user\\(aqs config directory; the first one counts alone.',
    `Its settings are ${settingNames.join(', ')}.`,
    'An option comes before the environment, and the environment before this file.',
    '.SH ENVIRONMENT',
    ...settingNames.flatMap((setting) => [
      '.TP',
      `.B ${text(settingVariables[setting])}`,
      `As the setting ${setting}.`,
    ]),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, meaning]),
  ].join('\n')}\n`;
}

/** All commands that a user types, with the words that lead to them. */
function commandsOf(parent: Command, before: string): [string, Command][] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const path = `${before}${command.name()}`;
      return command.commands.length > 0 ? commandsOf(command, `${path} `) : [[path, command] as [string, Command]];
    });
}

function commandLines(path: string, command: Command): string[] {
  const help = command.createHelp();
  const operands = command.registeredArguments.map((one) => ` \\fI${text(operand(one))}\\fR`).join('');
  return [
    `.SS ${text(path)}${operands}`,
    `${text(upperFirst(command.description()))}.`,
    ...command.registeredArguments.flatMap((one) => entry(`\\fI${text(operand(one))}\\fR`, about(one))),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .flatMap((one) => entry(`\\fB${text(one.flags)}\\fR`, about(one))),
  ];
}

/** `<name>` or, where it may be left out, `[name]`; with dots where there may be more. */
function operand(one: Argument): string {
  const name = `${one.name()}${one.variadic ? '...' : ''}`;
  return one.required ? `<${name}>` : `[${name}]`;
}

function entry(term: string, description: string): string[] {
  return ['.TP', term, text(description)];
}

/** The description with choices, default and environment, as `--help` has it. */
function about(one: Argument | Option): string {
  const facts = [
    ...(one.argChoices ? [`choices: ${one.argChoices.join(', ')}`] : []),
    ...(typeof one.defaultValue === 'string' || typeof one.defaultValue === 'number'
      ? [`default: ${one.defaultValueDescription ?? one.defaultValue}`]
      : []),
    ...('envVar' in one && one.envVar !== undefined ? [`environment: ${one.envVar}`] : []),
  ];
  return `${one.description}${facts.length > 0 ? ` (${facts.join('; ')})` : ''}`;
}

/** Text that no macro and no escape is in; groff reads a file of bytes, and knows other characters by their code points. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[^ -~\n]/gu, (one) => `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^[.']/, '\\&$&');
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1).replace(/\.$/, '');
}
