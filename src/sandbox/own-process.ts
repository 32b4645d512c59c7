// Starts a service in a process of its own. Run from its TypeScript sources, which only the unit tests do, it runs in this process: Node cannot fork those.
import { fork } from "node:child_process";
import { join } from "node:path";
import { type ChildService, connectToChild } from "./remote-service.ts";
import { built, root } from "./root.ts";
import type { Controls } from "./service.ts";

export interface StartedService extends Controls {
  /** Its process, when it has one of its own. */
  readonly pid?: number;
  /** Rejects when that ends without having been told to. Never resolves. */
  readonly failed?: Promise<never>;
}

export interface OwnProcess<Options> {
  readonly name: string;
  /** What it is called in an error. */
  readonly title: string;
  /** Its bundle in dist/cli. */
  readonly entry: string;
  /** What the entry makes of the options. */
  readonly create: (options: Options) => ChildService;
}

/** Starts a service and resolves when it listens. @throws PortTakenError, or an Error of that name from its process */
export async function startInOwnProcess<Options extends object>(
  { name, title, entry, create }: OwnProcess<Options>,
  options: Options,
): Promise<StartedService> {
  if (!built) {
    const service = create(options);
    await service.listen();
    return service;
  }
  const path = join(root, "dist/cli", entry);
  const child = fork(path, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  return connectToChild({ name, title }, child, options);
}
