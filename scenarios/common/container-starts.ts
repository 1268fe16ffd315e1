import { hasStarted, type ContainerStart } from '../../harness/evidence/container-starts.ts';
import { tryRestart, tryStart, type Container } from '../../harness/daemons/containers.ts';
import type { Dockerd } from '../../harness/daemons/dockerd.ts';
import type { CellContext } from '../../harness/dosing/cell-context.ts';

/** The requests of a cell to start containers, where a refusal is an observation and not a failure. */
export class ContainerStarts {
  readonly all: ContainerStart[] = [];
  readonly #context: Pick<CellContext, 'machine' | 'event' | 'phase'>;

  constructor(context: Pick<CellContext, 'machine' | 'event' | 'phase'>) {
    this.#context = context;
  }

  /**
   * Asks for each of the containers, one after the other.
   *
   * @param daemonStart the start of the daemon, from 1
   * @param request a start, unless it is a restart
   * @returns those that the daemon has started
   */
  async ask(
    { engine }: Dockerd,
    daemonStart: number,
    containers: readonly Container[],
    request?: ContainerStart['request'],
  ): Promise<Container[]> {
    const { machine, event, phase } = this.#context;
    const started: Container[] = [];
    for (const container of containers) {
      const { name } = container;
      const answer = await phase('containers', { activity: 'starting-container', container: name }, () =>
        (request === 'restart' ? tryRestart : tryStart)(machine, engine, container),
      );
      const start = { container: name, daemonStart, ...(request && { request }), ...answer };
      this.all.push(start);
      event({ code: 'container-start-answered', ...start });
      if (hasStarted(start)) started.push(container);
    }
    return started;
  }
}
