// One gate: clients register a stream at it and call rooms through it.
import { randomBytes } from "node:crypto";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type StatusObject,
  status,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import { createBook } from "../counters.ts";
import { createFaults } from "../faults.ts";
import { protoPath } from "../proto.ts";
import { type Controls, PortTakenError } from "../service.ts";
import { type ClientStream, clientStream } from "./client-stream.ts";
import { anyBytes, type CallObjectRequest, decodeCall, encodeAnswer, packed } from "./messages.ts";
import { callRoom, RoomCallError } from "./objects.ts";
import { DEFAULT_SHARE, pushFaults, pushFlags } from "./push-faults.ts";
import type { Client, Inbox, Push, Rooms } from "./rooms.ts";

/** The sample's fixed password. */
export const CHAT_PASSWORD = "000000";
const SERVICE = "gate.GateService";
const DEFAULT_KILL_MS = 5_000;

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

const refusal = (code: status, details: string): Partial<StatusObject> => ({ code, details });

export interface GateOptions {
  readonly name: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly rooms: Rooms;
}

/** Starts a gate. @throws PortTakenError */
export async function startGate({ name, port, rooms }: GateOptions): Promise<Controls> {
  const book = createBook();
  const faults = createFaults(name, { ...pushFlags, "refuse-auth": {}, kill: {} }, { general: false });
  const clients = new Map<string, { client: Client; stream: ClientStream }>();
  let server: Server | undefined;
  let address = "";
  let returning: NodeJS.Timeout | undefined;

  const deliver = ({ client, room, bytes: push }: Push) => {
    const kept = clients.get(client.id)?.stream.write(push);
    if (kept === undefined) return book.count("closed");
    book.count(kept ? "pushed" : "dropped");
    book.count(`${kept ? "pushed" : "dropped"}.${room}`);
  };
  const wrong = pushFaults(faults, deliver, book.count);
  const inbox: Inbox = {
    push(push) {
      // It registered once and is gone, which the rooms do not know: no fault is worth anything there.
      if (clients.has(push.client.id)) wrong.pass(push);
      else book.count("closed");
    },
  };

  const register: handleServerStreamingCall<Buffer, Buffer> = (call: ServerWritableStream<Buffer, Buffer>) => {
    const header = (key: string) => call.metadata.get(key)[0]?.toString() ?? "";
    const user = header("x-username");
    const refused = user === "" ? "x-username header is required" : rightPassword(header("x-password"));
    if (refused !== undefined) {
      book.count("refused");
      call.emit("error", refusal(status.UNAUTHENTICATED, refused));
      return;
    }
    const id = `${address}/${randomBytes(15).toString("base64url")}`;
    clients.set(id, { client: { id, user, gate: inbox }, stream: clientStream(call) });
    book.count("registered");
    call.once("cancelled", () => clients.delete(id));
    call.on("error", () => clients.delete(id));
    call.write(anyBytes(packed("gate.RegisterResponse", { client_id: id })));
  };
  const rightPassword = (password: string) => {
    if (faults.take("refuse-auth")) book.count("faults.refuse-auth");
    else if (password === CHAT_PASSWORD) return undefined;
    return "invalid password";
  };

  const callObject: handleUnaryCall<CallObjectRequest, Buffer> = (
    { request }: ServerUnaryCall<CallObjectRequest, Buffer>,
    answer,
  ) => {
    try {
      // An id is worth nothing at another gate, which does not have it.
      const result = callRoom(rooms, request, clients.get(request.client_id)?.client);
      book.count(result.counted);
      if (result.room !== undefined) book.count(`${result.counted}.${result.room}`);
      answer(null, encodeAnswer(result.answer));
    } catch (error) {
      book.error(`CallObject ${request.method}`, error);
      const code = error instanceof RoomCallError ? error.code : status.UNKNOWN;
      answer({ code, details: `remote CallObject failed on node ${name}: ${(error as Error).message}` });
    }
  };

  async function listen(at: number): Promise<number> {
    const fresh = new Server();
    fresh.addService(definition, { Register: register, CallObject: callObject });
    const health = new HealthImplementation({ "": "SERVING", [SERVICE]: "SERVING" });
    health.addToServer(fresh);
    new ReflectionService(loadSync(protoPath("gate.proto"))).addToServer(fresh);
    const bound = await new Promise<number>((resolve, reject) =>
      fresh.bindAsync(`127.0.0.1:${at}`, ServerCredentials.createInsecure(), (error, given) => {
        if (error) reject(/EADDRINUSE/.test(error.message) ? new PortTakenError(at, name) : error);
        else resolve(given);
      }),
    );
    server = fresh;
    return bound;
  }

  const bound = await listen(port);
  address = `127.0.0.1:${bound}`;

  /** Cuts every connection at once, as the end of its process would, and comes back without its clients. */
  const kill = (ms: number) => {
    server?.forceShutdown();
    server = undefined;
    clients.clear();
    book.count("faults.kill");
    clearTimeout(returning);
    returning = setTimeout(() => void listen(bound).catch((error) => book.error("listen", error)), ms);
  };

  return {
    name,
    url: address,
    counters: () => ({ ...book.counters(), open: clients.size }),
    errors: book.errors,
    reset: book.reset,
    faults: faults.list,
    setFault(input) {
      const given = input as { fault?: string; share?: unknown; times?: unknown };
      const everySo = given.fault !== undefined && Object.hasOwn(pushFlags, given.fault) && given.share === undefined;
      const fault = faults.set(everySo && given.times === undefined ? { ...given, share: DEFAULT_SHARE } : input);
      if (fault.fault === "kill") {
        faults.clear(fault.id);
        kill(fault.for ?? DEFAULT_KILL_MS);
      }
      return fault;
    },
    clearFaults: faults.clear,
    async close() {
      clearTimeout(returning);
      wrong.close();
      server?.forceShutdown();
    },
  };
}
