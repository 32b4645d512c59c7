// The personal server runs in a process of its own: deriving a file's key keeps a core busy for more than 10 ms, in which storage, relayer and admin would answer
// nobody. Run from its TypeScript sources, which only the unit tests do, it runs in this process: Node cannot fork those.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createPersonalServer, type PersonalServerOptions } from "./personal-server.ts";
import { connectToChild } from "./remote-service.ts";
import type { Controls } from "./service.ts";

export interface StartedPersonalServer extends Controls {
  /** Its process, when it has one of its own. */
  readonly pid?: number;
  readonly failed?: Promise<never>;
}

/** Starts the personal server and resolves when it listens. @throws PortTakenError, or an Error of that name from its process */
export async function startPersonalServer(options: PersonalServerOptions): Promise<StartedPersonalServer> {
  if (import.meta.url.endsWith(".ts")) {
    const service = createPersonalServer(options);
    await service.listen();
    return service;
  }
  const entry = fileURLToPath(new URL("./personal-server-process.mjs", import.meta.url));
  const child = fork(entry, { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
  return connectToChild({ name: "personal", title: "personal server" }, child, options);
}
