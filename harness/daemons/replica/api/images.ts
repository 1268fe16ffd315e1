import path from 'node:path';
import { ApiError } from '../api-error.ts';
import type { Daemon } from '../daemon.ts';
import { emptyConfig } from '../host-config.ts';
import type { Call, Route } from '../http/router.ts';
import type { Image } from '../images.ts';
import { version } from '../../../../vms/replica/label.ts';

/** The routes for images: they are imported, as there is no registry. */
export function imageRoutes(daemon: Daemon): Route[] {
  const { images } = daemon;
  return [
    { method: 'GET', path: '/images/json', handle: ({ response }) => response.json(images.all().map(listView)) },
    {
      method: 'GET',
      path: '/images/{name:.*}/json',
      handle: ({ name, response }) => response.json(inspectView(images.inspect(name))),
    },
    { method: 'POST', path: '/images/create', handle: (call) => create(daemon, call) },
  ];
}

async function create({ images }: Daemon, { query, response, body }: Call): Promise<void> {
  if (query.get('fromSrc') !== '-') throw new ApiError(500, 'the replica imports an archive from the body (fromSrc=-)');
  const [repo, tag] = [query.get('repo') ?? '', query.get('tag') ?? ''];
  const { id } = await images.import(body(), tag === '' ? repo : `${repo}:${tag}`);
  response.headers.set('Content-Type', 'application/json');
  await response.flush();
  await response.write(`${JSON.stringify({ status: id })}\r\n`);
  await response.end();
}

function listView({ id, tags, created, size }: Image): unknown {
  return {
    Containers: -1,
    Created: Math.floor(Date.parse(created) / 1000),
    Id: id,
    Labels: null,
    ParentId: '',
    RepoDigests: null,
    RepoTags: tags,
    SharedSize: -1,
    Size: size,
    VirtualSize: size,
  };
}

function inspectView({ id, tags, created, size, layer, directory }: Image): unknown {
  const root = path.dirname(directory);
  return {
    Id: id,
    RepoTags: tags,
    RepoDigests: [],
    Parent: '',
    Comment: 'Imported from -',
    Created: created,
    Container: '',
    ContainerConfig: emptyConfig,
    DockerVersion: version,
    Author: '',
    Config: emptyConfig,
    Architecture: 'amd64',
    Os: 'linux',
    Size: size,
    VirtualSize: size,
    GraphDriver: {
      Name: 'overlay2',
      Data: { MergedDir: `${root}/merged`, UpperDir: directory, WorkDir: `${root}/work` },
    },
    RootFS: { Type: 'layers', Layers: [layer] },
  };
}
