/** A folder of the lab, and the job of the code in it. */
interface Layer {
  folder: string;
  about: string;
}

/**
 * The layers, lowest first. A file imports from its own folder and from layers before its own, never from later ones; type imports
 * count. Below a layer its subfolders have no cycle among them either. `npm run check` enforces both, and makes the picture in
 * CONTRIBUTING from this list.
 */
export const layers: readonly Layer[] = [
  {
    folder: 'harness/core',
    about: 'cells and factors, outcomes, versions, errors, shell quoting, text that can be printed. Pure',
  },
  {
    folder: 'vms',
    about: 'data: docker builds and their origins, kernels, boxes, userlands, kits; provisioning scripts',
  },
  {
    folder: 'harness/evidence',
    about: 'the kinds of evidence: schema, units and meaning of each; `registry.ts` lists them. Pure',
  },
  {
    folder: 'harness/judge',
    about:
      'samples → slope, interval, verdict; checks and judgements. Pure. `npm run mutate` tries its tests on mutants',
  },
  {
    folder: 'harness/store',
    about:
      'run directories: schemas, writing in phases, reading back without following links; nights. The lab removes only what has its marker',
  },
  {
    folder: 'harness/history',
    about: 'SQLite index over run directories; `trend.ts` alone decides on regression, fixed, flaky, stale',
  },
  {
    folder: 'harness/fetch',
    about:
      'downloads, verifies, unpacks and caches builds, kernels, userlands and kits; readers of packages and kernel images',
  },
  { folder: 'harness/machine', about: 'the interface of a machine and its optional capabilities' },
  {
    folder: 'harness/daemons',
    about: 'dockerd as a unit would run it, Engine API, containers; `replica/`: our own small daemon',
  },
  {
    folder: 'harness/probes',
    about: 'one quantity a file: netns files, logs, fds, callers, heap and goroutines, kernel memory',
  },
  { folder: 'harness/profile', about: 'heap profiles and goroutine dumps: read, compared, drawn' },
  { folder: 'harness/figures', about: 'evidence → the lines that judgements show beside their checks. Pure' },
  {
    folder: 'harness/clients',
    about: 'behaviours as data, the engine that holds their calls, real clients by the same protocol',
  },
  {
    folder: 'harness/dosing',
    about: 'doses and readings, waiting for a condition; the means that a protocol is given',
  },
  { folder: 'harness/workloads', about: 'cgroups and containers that come and go, effects of boot parameters' },
  {
    folder: 'harness/machines',
    about:
      '`registry.ts` lists the kinds: `local/` namespaces, `container/` an engine, `microvm/` QEMU, `vagrant/` boxes; `agent/`: the guest agent and its channel',
  },
  { folder: 'harness/advice', about: 'commands for an operator to type on a host; the lab never runs them' },
  { folder: 'harness/demo', about: 'the mechanism without docker' },
  {
    folder: 'harness/diagnose',
    about: 'a live host: the collector, its bundles, what people paste, rules and findings. The rules are pure',
  },
  { folder: 'harness/run', about: 'the interface of a scenario; one cell, many cells on this host, exit codes' },
  { folder: 'scenarios', about: 'claims: a folder each with scenario, protocol, observations, expectations and judge' },
  {
    folder: 'harness/fleet',
    about:
      'many cells on many hosts (BullMQ): `coordinator/` is an engine of a run, `worker/` runs cells of it, `handover/` brings results back',
  },
  { folder: 'harness/night', about: 'the nightly matrix: parts, order, validity, merging' },
  { folder: 'harness/report', about: 'records → terminal, HTML, JUnit, TAP, Markdown' },
  { folder: 'library', about: 'the modules that the package exports, for scenarios outside the lab' },
  { folder: 'harness/upstream', about: 'drafts of bug reports, and scripts that show a bug without the lab' },
  { folder: 'harness/reduce', about: 'the search for a smaller cell' },
  {
    folder: 'harness/compare',
    about: 'the same requests to a real daemon and to the replica, and their known differences',
  },
  { folder: 'harness/bench', about: 'figures of a run' },
  { folder: 'harness/cli', about: 'arguments in, exit code out; `start.js` is plain JavaScript that checks Node' },
];

/** Files that have to be pure, with all that they import. */
export interface PureFiles {
  files: RegExp;
  /** A word for one of them. */
  what: string;
}

/** A judge and the conclusion of a run are functions of stored observations; evidence is data. */
export const pureFiles: readonly PureFiles[] = [
  { files: /^scenarios\/[^/]+\/(?:judge|ranking|row)\.ts$/, what: 'a judge' },
  { files: /^scenarios\/[^/]+\/observations\.ts$/, what: 'the declaration of observations' },
  { files: /^harness\/evidence\//, what: 'evidence' },
  { files: /^harness\/diagnose\/(?:rules|model)\//, what: 'a rule of the diagnosis' },
];

/** Folders of the lab and packages that download, run machines or processes, or read files. No pure file reaches them; type imports count. */
export const impure: readonly string[] = [
  'harness/fetch',
  'harness/machine',
  'harness/machines',
  'harness/daemons',
  'harness/run',
  'harness/cli',
  'node:child_process',
  'node:fs',
  'node:http',
  'node:net',
  'execa',
  'testcontainers',
  'dockerode',
];
