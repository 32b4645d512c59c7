// A port for a program that is told its port on the command line.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { PortTakenError } from "./service.ts";

/**
 * The port wanted, or a free one for 0. It is bound for a moment: the program would only say that some address is in use, and a stranger who
 * answers there would look like ours.
 * @param service what needs it, for the error
 * @throws PortTakenError
 */
export async function availablePort(wanted: number, service: string): Promise<number> {
  const server = createServer().listen(wanted, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") throw new PortTakenError(wanted, service);
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
