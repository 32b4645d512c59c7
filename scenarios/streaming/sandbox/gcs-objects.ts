// The storage's objects: on disk, because those of 12,500 users must not fill the memory. The folder goes with the sandbox; what a killed one left behind goes
// with the next.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32c } from "./gcs-crc32c.ts";

export interface StoredObject {
  readonly name: string;
  readonly size: number;
  readonly contentType: string;
  /** Base64. */
  readonly md5: string;
  /** Base64. */
  readonly crc32c: string;
  readonly generation: number;
}

export interface Objects {
  /** Stores an object, in place of one of that name. */
  put(name: string, content: Buffer, contentType: string): Promise<StoredObject>;
  get(name: string): Promise<{ object: StoredObject; content: Buffer } | undefined>;
  /** Removes the folder. */
  close(): Promise<void>;
}

export interface ObjectsOptions {
  /** Bytes kept; beyond it the oldest objects go, and `evicted` is called for each. */
  most?: number;
  evicted?: () => void;
  /** Where the folder is made. */
  parent?: string;
}

const MOST_BYTES = 4 * 1024 ** 3;
const PREFIX = "onrush-storage-";

export function createObjects({
  most = MOST_BYTES,
  evicted = () => {},
  parent = tmpdir(),
}: ObjectsOptions = {}): Objects {
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  const objects = new Map<string, StoredObject>();
  let bytes = 0;
  let generation = 0;
  const fileOf = (object: StoredObject) => join(folder, String(object.generation));

  async function forget(object: StoredObject): Promise<void> {
    objects.delete(object.name);
    bytes -= object.size;
    await rm(fileOf(object), { force: true });
  }

  return {
    async put(name, content, contentType) {
      const md5 = createHash("md5").update(content).digest("base64");
      const [size, crc] = [content.length, crc32c(content)];
      const object = { name, size, contentType, md5, crc32c: crc, generation: ++generation };
      await writeFile(fileOf(object), content); // a file of its own, so that who reads the old one reads all of it
      const before = objects.get(name);
      if (before) await forget(before);
      objects.set(name, object);
      bytes += object.size;
      for (const oldest of objects.values()) {
        if (bytes <= most || oldest === object) break;
        evicted();
        await forget(oldest);
      }
      return object;
    },
    async get(name) {
      const object = objects.get(name);
      if (!object) return undefined;
      return { object, content: await readFile(fileOf(object)) };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Removes the folders of sandboxes that are no more. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // it runs, but is somebody else's
  }
}
