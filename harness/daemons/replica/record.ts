import { asObject, asString, asStrings, type Json } from './json.ts';
import { zeroTime } from './clock.ts';

/** The configuration and state of a container, as far as the replica knows them; kept on disk. */
export interface ContainerRecord {
  id: string;
  name: string;
  created: string;
  /** Of the image. */
  imageId: string;
  /** As the client gave it. */
  config: Json;
  hostConfig: Json;
  state: {
    status: 'created' | 'running' | 'restarting' | 'exited';
    pid: number;
    /** Distinguishes the process from a later one with its pid. */
    startTime: string;
    exitCode: number;
    error: string;
    startedAt: string;
    finishedAt: string;
  };
  restartCount: number;
  /** Stopped by a client: its restart policy then rests until a client starts it. */
  manuallyStopped: boolean;
  /** The network settings last given to the container; they may be out of date. */
  network: NetworkSettings;
}

interface NetworkSettings {
  sandbox: string;
  /** By the name of the network. */
  endpoints: Record<string, EndpointSettings>;
}

/** A container's place in a network, as its own record has it. */
export interface EndpointSettings {
  network: string;
  endpoint: string;
  address: string;
  mac: string;
}

/** The state of a container that was never started. */
export function newState(): ContainerRecord['state'] {
  const times = { startedAt: zeroTime, finishedAt: zeroTime };
  return { status: 'created', pid: 0, startTime: '', exitCode: 0, error: '', ...times };
}

/** Whether its process runs, according to the record. */
export function isRunning({ state }: ContainerRecord): boolean {
  return state.status === 'running';
}

/** The words that it runs: the entry point and the command. */
export function commandOf({ config }: ContainerRecord): string[] {
  return [...asStrings(config['Entrypoint']), ...asStrings(config['Cmd'])];
}

/** `bridge`, `none` or `host`. */
export function networkModeOf({ hostConfig }: ContainerRecord): string {
  const mode = asString(hostConfig['NetworkMode']);
  return mode === '' || mode === 'default' ? 'bridge' : mode;
}

/** Whether its policy starts it again when no client has stopped it. */
export function restartsByItself(record: ContainerRecord): boolean {
  const policy = asString(asObject(record.hostConfig['RestartPolicy'])['Name']);
  return policy === 'always' && !record.manuallyStopped && record.state.status !== 'created';
}

/** The signal that asks it to end, by name. */
export function stopSignalOf({ config }: ContainerRecord): string {
  return asString(config['StopSignal']) || 'SIGTERM';
}
