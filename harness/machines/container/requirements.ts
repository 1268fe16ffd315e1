import { LabError, messageOf } from '../../core/errors.ts';
import { requireLinux, requireTools, type Requirement } from '../../core/requirement.ts';
import { localRequirements } from '../local/requirements.ts';
import { findEngine, type Engine } from './engine.ts';
import { engineHint, type Workshop } from './workshop.ts';

/** The requirements of cells in containers, each with the state found. The user's engine is asked to run a container. */
export async function containerRequirements(workshop: () => Promise<Workshop>): Promise<Requirement[]> {
  const linux = requireLinux();
  if (!linux.met) return [linux];
  const tools = await requireTools(['tar', 'setpriv'], 'install tar and util-linux');
  const found = await findEngine();
  if (!found) {
    const own = {
      what: 'container engine',
      met: true,
      found: 'none; the lab starts one of its own in a local cell',
      fix: '',
    };
    const [, ...rest] = await localRequirements();
    return [linux, tools, own, ...rest];
  }
  try {
    const { engine, privileges } = await workshop();
    return [linux, tools, suits(engine), withPrivileges(privileges.lacks)];
  } catch (error) {
    const { happened, hint = engineHint } = error instanceof LabError ? error.failure : { happened: messageOf(error) };
    return [linux, tools, { what: 'container engine', met: false, found: `${found.host}: ${happened}`, fix: hint }];
  }
}

function suits({ host, origin, info }: Engine): Requirement {
  const { ServerVersion, OperatingSystem, OSType, Architecture } = info;
  return {
    what: 'container engine',
    met: OSType === 'linux' && ['x86_64', 'amd64'].includes(Architecture),
    found: `docker ${ServerVersion}, ${OperatingSystem}, ${OSType} on ${Architecture}, at ${host} (from ${origin})`,
    fix: 'the docker builds are for Linux on x86-64: set DOCKER_HOST to an engine on it',
  };
}

function withPrivileges(lacks: string | undefined): Requirement {
  return {
    what: 'privileged containers',
    met: lacks === undefined,
    found: lacks ?? 'a docker can run in one',
    fix: engineHint,
  };
}
