import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** The directory with the Vagrantfile. */
export const projectRoot = path.resolve(import.meta.dirname, '../../..');

/** The command that starts vagrant, and its directories. */
export interface VagrantSettings {
  /** The words that start it. Those before the last one start ssh as well: they lead to where boxes can be reached. */
  words: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/**
 * The user's settings of vagrant, or the lab's own: boxes and machines in its cache, so that it writes neither into the
 * project nor into the user's `~/.vagrant.d`, and finds no machine that the user has made by hand.
 *
 * `DOCKERD_LEAK_LAB_VAGRANT` is the program, with words before it if need be, separated by spaces.
 */
export function vagrantSettings(cache: string, environment: NodeJS.ProcessEnv = process.env): VagrantSettings {
  const { VAGRANT_HOME, VAGRANT_DOTFILE_PATH, VAGRANT_CWD, DOCKERD_LEAK_LAB_VAGRANT } = environment;
  const words = (DOCKERD_LEAK_LAB_VAGRANT ?? '').split(' ').filter(Boolean);
  return {
    words: words.length > 0 ? words : ['vagrant'],
    environment: {
      VAGRANT_HOME: VAGRANT_HOME || path.join(cache, 'vagrant/home'),
      VAGRANT_DOTFILE_PATH: VAGRANT_DOTFILE_PATH || path.join(cache, 'vagrant/machines'),
      VAGRANT_CWD: VAGRANT_CWD || projectRoot,
      // Else it asks its maker for news.
      VAGRANT_CHECKPOINT_DISABLE: '1',
      LAB_BOX_PREFIX: 'dockerd-leak-lab_',
    },
  };
}

/** Makes the directories that are the lab's own; vagrant makes only the last part of a path. */
export async function makeDirectories(cache: string): Promise<void> {
  for (const name of ['home', 'machines', 'made']) await mkdir(path.join(cache, 'vagrant', name), { recursive: true });
}
