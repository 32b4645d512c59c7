// One gate: clients register a stream at it and call rooms through it.
import { randomBytes } from "node:crypto";
import { type handleServerStreamingCall, type handleUnaryCall, type StatusObject, status } from "@grpc/grpc-js";
import { createBook } from "../../../src/sandbox/counters.ts";
import { createFaults } from "../../../src/sandbox/faults.ts";
import type { Controls } from "../../../src/sandbox/service.ts";
import { type ClientStream, clientStream } from "./client-stream.ts";
import { startGateServer } from "./gate-server.ts";
import { anyBytes, type CallObjectRequest, encodeAnswer, packed } from "./messages.ts";
import { callRoom, RoomCallError } from "./objects.ts";
import { DEFAULT_SHARE, pushFaults, pushFlags } from "./push-faults.ts";
import type { Client, OutgoingPush, Rooms } from "./rooms.ts";

/** The sample's fixed password. */
const CHAT_PASSWORD = "000000";
const DEFAULT_KILL_MS = 5_000;

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
  const countIn = (what: string, room: string) => {
    book.count(what);
    book.count(`${what}.${room}`);
  };

  /** The stream that a push is for. There is none for a client that is gone, of which the rooms do not know. */
  const streamOf = ({ client, room }: OutgoingPush): ClientStream | undefined => {
    const open = clients.get(client.id);
    if (!open) countIn("closed", room);
    return open?.stream;
  };
  const deliver = (push: OutgoingPush) => {
    const stream = streamOf(push);
    if (stream) countIn(stream.write(push.bytes) ? "pushed" : "dropped", push.room);
  };
  const wrong = pushFaults(faults, deliver, countIn);
  // Faults are for clients that could tell: what a dead one does not get is nobody's loss.
  const inbox = { push: (push: OutgoingPush) => void (streamOf(push) && wrong.pass(push)) };

  const rightPassword = (password: string): boolean => {
    if (!faults.take("refuse-auth")) return password === CHAT_PASSWORD;
    book.count("faults.refuse-auth");
    return false;
  };
  const register: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    const header = (key: string) => call.metadata.get(key)[0]?.toString() ?? "";
    const refuse = (why: string) => {
      book.count("refused");
      call.emit("error", refusal(status.UNAUTHENTICATED, why));
    };
    const user = header("x-username");
    if (user === "") return refuse("x-username header is required");
    if (!rightPassword(header("x-password"))) return refuse("invalid password");
    const id = `${server.address}/${randomBytes(15).toString("base64url")}`;
    clients.set(id, { client: { id, user, gate: inbox }, stream: clientStream(call) });
    book.count("registered");
    call.once("cancelled", () => clients.delete(id));
    call.on("error", () => clients.delete(id));
    call.write(anyBytes(packed("gate.RegisterResponse", { client_id: id })));
  };

  const callObject: handleUnaryCall<CallObjectRequest, Buffer> = ({ request }, answer) => {
    try {
      // An id is worth nothing at another gate, which does not have it.
      const result = callRoom(rooms, request, clients.get(request.client_id)?.client);
      if (result.room === undefined) book.count(result.counted);
      else countIn(result.counted, result.room);
      answer(null, encodeAnswer(result.answer));
    } catch (error) {
      book.error(`CallObject ${request.method}`, error);
      const code = error instanceof RoomCallError ? error.code : status.UNKNOWN;
      answer(refusal(code, `remote CallObject failed on node ${name}: ${(error as Error).message}`));
    }
  };

  const server = await startGateServer({
    name,
    port,
    register,
    callObject,
    failed: (error) => book.error("listen", error),
  });

  return {
    name,
    url: server.address,
    counters: () => ({ ...book.counters(), open: clients.size }),
    errors: book.errors,
    reset: book.reset,
    faults: faults.list,
    setFault(input) {
      const given = input as { fault?: string; share?: unknown; times?: unknown };
      const everySo = given.fault !== undefined && Object.hasOwn(pushFlags, given.fault) && given.share === undefined;
      const fault = faults.set(everySo && given.times === undefined ? { ...given, share: DEFAULT_SHARE } : input);
      if (fault.fault === "kill") {
        faults.clear(fault.id); // it is done, not on
        book.count("faults.kill");
        clients.clear();
        server.kill(fault.for ?? DEFAULT_KILL_MS);
      }
      return fault;
    },
    clearFaults: faults.clear,
    async close() {
      wrong.close();
      server.close();
    },
  };
}
