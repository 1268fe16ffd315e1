import { createRequire, registerHooks } from 'node:module';
import type Dockerode from 'dockerode';

/** The modules of dockerode that reach a daemon by ssh, and that build an image by BuildKit. Each exports one function, and loads packages of 13 MB. */
const rarelyUsed = /\/node_modules\/(?:docker-modem\/lib\/ssh|dockerode\/lib\/session)\.js$/;

/** Takes the place of such a module until its function is called, when the hook is gone. */
const loadsWhenCalled = `
module.exports = (...words) => {
  delete require.cache[__filename];
  return require(__filename)(...words);
};`;

/** Dockerode, without the packages of ssh and gRPC until something needs them: the lab reaches a daemon by streams of its own. */
function loadDockerode(): typeof Dockerode {
  const hooks = registerHooks({
    load: (url, context, next) =>
      rarelyUsed.test(url) ? { format: 'commonjs', source: loadsWhenCalled, shortCircuit: true } : next(url, context),
  });
  try {
    const loaded: typeof Dockerode = createRequire(import.meta.url)('dockerode');
    return loaded;
  } finally {
    hooks.deregister();
  }
}

export const Docker = loadDockerode();
