import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';

/** How a cell runs this very Node: what it must be shown of the host, and the command. */
export interface NodeRuntime {
  mounts: { source: string; target: string }[];
  command: string[];
}

const report = z.object({ sharedObjects: z.array(z.string()) });

/** Where the host's directories are shown in a cell, by number. */
const target = '/opt/host';

/**
 * The Node that runs the lab, for a userland that may lack its libraries (Debian's `tools` has no libstdc++) or have
 * others: it is started by the host's own dynamic loader with the host's own libraries, which are known to fit.
 */
export function nodeRuntime(): NodeRuntime {
  const { sharedObjects } = report.parse(process.report.getReport());
  const files = sharedObjects.filter((file) => file.startsWith('/'));
  const loader = files.find((file) => basename(file).startsWith('ld-'));
  // The loader's usual path is a link, perhaps an absolute one, that would lead to the userland's.
  const libraries = files.filter((file) => file !== loader).concat(loader ? [realpathSync(loader)] : []);
  const directories = [...new Set([process.execPath, ...libraries].map((file) => realpathSync(dirname(file))))];
  const shown = (file: string) => join(`${target}/${directories.indexOf(realpathSync(dirname(file)))}`, basename(file));
  const search = new Set(libraries.map((file) => dirname(shown(file))));
  const node = shown(process.execPath);
  return {
    mounts: directories.map((source, index) => ({ source, target: `${target}/${index}` })),
    // A static Node needs no loader.
    command: loader ? [shown(realpathSync(loader)), '--library-path', [...search].join(':'), node] : [node],
  };
}
