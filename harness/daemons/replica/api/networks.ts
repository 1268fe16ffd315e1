import type { Daemon } from '../daemon.ts';
import type { Call, Route } from '../http/router.ts';
import { asObject, asString } from '../json.ts';
import type { Network } from '../networks.ts';
import { networkView } from '../views/network.ts';

/** The routes for the three networks. */
export function networkRoutes(daemon: Daemon): Route[] {
  const { networks, connections } = daemon;
  const view = (network: Network) =>
    networkView(
      network,
      networks.endpoints().filter((one) => one.network === network.id),
    );
  const list = ({ response }: Call) => response.json(networks.all.map(view));
  return [
    { method: 'GET', path: '/networks', handle: list },
    { method: 'GET', path: '/networks/', handle: list },
    {
      method: 'GET',
      path: '/networks/{id:.+}',
      handle: ({ name, response }) => response.json(view(networks.find(name))),
    },
    {
      method: 'POST',
      path: '/networks/{id:.*}/connect',
      handle: (call) => change(daemon, call, connections.connect.bind(connections)),
    },
    {
      method: 'POST',
      path: '/networks/{id:.*}/disconnect',
      handle: (call) => change(daemon, call, connections.disconnect.bind(connections)),
    },
  ];
}

async function change(
  { networks, containers }: Daemon,
  call: Call,
  act: (...args: [ReturnType<Daemon['containers']['find']>, Network]) => Promise<void>,
): Promise<void> {
  const { Container: word } = asObject(await call.json());
  const network = networks.find(call.name);
  const record = containers.find(asString(word));
  await act(record, network);
  containers.save(record);
  await call.response.empty(200);
}
