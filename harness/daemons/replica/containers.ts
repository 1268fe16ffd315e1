import { readdirSync, rmSync } from 'node:fs';
import { ApiError } from './api-error.ts';
import type { Log } from './log.ts';
import type { ContainerRecord } from './record.ts';
import { dataRoot, loadState, saveState, stateRoot } from './state.ts';

const directory = `${stateRoot}/containers`;

/** Where a container's own files are. */
export function containerRoot(id: string): string {
  return `${dataRoot}/containers/${id}`;
}

/** Where a container's own layer is. */
export function layerRoot(id: string): string {
  return `${dataRoot}/overlay2/${id}`;
}

/** All containers, in memory and on disk. */
export class Containers {
  #byId = new Map<string, ContainerRecord>();

  /** Reads what an earlier daemon has left. */
  load(log: Log): void {
    for (const file of listOf(directory).filter((name) => name.endsWith('.json'))) {
      const record = loadState<ContainerRecord | undefined>(`${directory}/${file}`, undefined);
      if (!record) continue;
      this.#byId.set(record.id, record);
      log.debug(`Loaded container ${record.id}`);
    }
  }

  /** Newest first, as `docker ps` shows them. */
  all(): ContainerRecord[] {
    return [...this.#byId.values()].sort((a, b) => (a.created < b.created ? 1 : -1));
  }

  /**
   * By id, name, or the beginning of an id, in this order.
   *
   * @throws {ApiError}
   */
  find(word: string): ContainerRecord {
    const name = word.replace(/^\//, '');
    const exact = this.#byId.get(word) ?? this.all().find((one) => one.name === name);
    if (exact) return exact;
    const matching = word === '' ? [] : this.all().filter(({ id }) => id.startsWith(word));
    if (matching.length > 1) throw new ApiError(400, `Multiple IDs found with provided prefix: ${word}`);
    const [only] = matching;
    if (!only) throw new ApiError(404, `No such container: ${word}`);
    return only;
  }

  named(name: string): ContainerRecord | undefined {
    return this.all().find((one) => one.name === name);
  }

  save(record: ContainerRecord): void {
    this.#byId.set(record.id, record);
    saveState(`${directory}/${record.id}.json`, record);
  }

  remove({ id }: ContainerRecord): void {
    this.#byId.delete(id);
    for (const path of [`${directory}/${id}.json`, containerRoot(id), layerRoot(id)]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

function listOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
