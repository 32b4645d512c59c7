// The personal server runs in a process of its own: deriving a file's key keeps a core busy for more than 10 ms, in which storage, relayer and admin would answer
// nobody.
import { type StartedService, startInOwnProcess } from "../../../src/sandbox/own-process.ts";
import { createPersonalServer, type PersonalServerOptions } from "./personal-server.ts";

/** Starts the personal server and resolves when it listens. @throws PortTakenError, or an Error of that name from its process */
export const startPersonalServer = (options: PersonalServerOptions): Promise<StartedService> =>
  startInOwnProcess(
    {
      name: "personal",
      title: "personal server",
      entry: "personal-server-process.mjs",
      create: createPersonalServer,
    },
    options,
  );
