// Where the sandbox's gRPC servers listen.
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { PortTakenError } from "./service.ts";

/**
 * Makes a gRPC server listen on 127.0.0.1, without TLS.
 * @param port 0 takes a free one
 * @param name of the service, for the error
 * @returns the port
 * @throws PortTakenError
 */
export function bindLoopback(server: Server, port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(/EADDRINUSE/.test(error.message) ? new PortTakenError(port, name) : error);
      else resolve(bound);
    }),
  );
}
