// The gRPC server of a gate: the gate's service with reflection and health beside it, and a port that can be dead for a while.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from "node:net";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { PortTakenError } from "../../../src/sandbox/service.ts";
import { describedPackage } from "./descriptors.ts";
import { type CallObjectRequest, decodeCall } from "./messages.ts";

const SERVICE = "gate.GateService";
/** Between two tries to be back on a port that somebody else took meanwhile, ms. */
const PORT_RETRY = 200;

const bytes = (value: Buffer) => value;
/** The service with requests decoded and answers already in bytes: a push is encoded once for all who get it. */
const definition: ServiceDefinition = {
  Register: {
    path: `/${SERVICE}/Register`,
    requestStream: false,
    responseStream: true,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
  CallObject: {
    path: `/${SERVICE}/CallObject`,
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: decodeCall,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
};

export interface GateServerOptions {
  readonly name: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly register: handleServerStreamingCall<Buffer, Buffer>;
  readonly callObject: handleUnaryCall<CallObjectRequest, Buffer>;
  /** Told what kept it from coming back. */
  readonly failed: (error: unknown) => void;
}

export interface GateServer {
  /** host:port. */
  readonly address: string;
  /** Cuts every connection at once, as the end of its process would, closes the port, and listens on it again after `ms`. */
  kill(ms: number): void;
  close(): void;
}

/** Starts a gate's server. @throws PortTakenError */
export async function startGateServer(options: GateServerOptions): Promise<GateServer> {
  const { name, port, register, callObject, failed } = options;
  const server = new Server();
  server.addService(definition, { Register: register, CallObject: callObject });
  new HealthImplementation({ "": "SERVING", [SERVICE]: "SERVING" }).addToServer(server);
  new ReflectionService(describedPackage("gate.proto")).addToServer(server);

  // The sockets are ours: a server of gRPC that is shut down says goodbye to its clients, and a process that dies does not.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const tcpServer = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const cut = () => {
    tcpServer.close();
    for (const socket of sockets) socket.destroy();
  };
  await listen(tcpServer, port, name);
  const bound = (tcpServer.address() as AddressInfo).port;

  let returning: NodeJS.Timeout | undefined;
  const comeBack = (ms: number) => {
    clearTimeout(returning);
    returning = setTimeout(() => {
      listen(tcpServer, bound, name).catch((error) => {
        failed(error);
        comeBack(PORT_RETRY);
      });
    }, ms);
  };
  return {
    address: `127.0.0.1:${bound}`,
    kill(ms) {
      cut();
      comeBack(ms);
    },
    close() {
      clearTimeout(returning);
      cut();
      server.forceShutdown();
    },
  };
}

async function listen(tcpServer: TcpServer, port: number, name: string): Promise<void> {
  tcpServer.listen(port, "127.0.0.1");
  try {
    await once(tcpServer, "listening");
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EADDRINUSE" ? new PortTakenError(port, name) : error;
  }
}
