// For tests: a client of the chat's gates, on @grpc/grpc-js.
import {
  type ClientReadableStream,
  credentials,
  Client as GrpcClient,
  Metadata,
  type ServiceError,
} from "@grpc/grpc-js";
import { afterEach, beforeEach, vi } from "vitest";
import { type Sandbox, startSandbox } from "../../../../src/sandbox/index.ts";
import { target } from "../index.ts";
import { type Any, type ChatMessage, decodeAnswer, decodeAny, encodeCall, packed, unpacked } from "../messages.ts";

const bytes = (value: Buffer) => value;
const failure = (error: ServiceError) => new Error(`${error.code} ${error.details}`);

/** Resolves with what a condition gives, once that is true. Patient: tests share the machine. */
export const until = <T>(condition: () => T | Promise<T>) => vi.waitUntil(condition, { timeout: 15_000 });

export interface ChatClient {
  readonly id: string;
  readonly stream: ClientReadableStream<Any>;
  /** What has been pushed so far. */
  readonly pushes: readonly ChatMessage[];
  texts(): string[];
  /** Why the stream ended, once it has: code and details. */
  ended(): string | undefined;
  /** @throws an Error of the status' code and details */
  call(type: string, object: string, method: string, request?: Any, as?: string): Promise<Any | undefined>;
  join(room: string, as?: string): Promise<Any | undefined>;
  /** Under a name that is not the client's, which shall not matter. */
  send(room: string, message: string, as?: string): Promise<Any | undefined>;
}

/** A chat that each test of a file finds empty and running, and clients of it that end with the test. */
export interface TestChat {
  /** host:port of gate 1 or 2. */
  address(gate: number): string;
  connect(gate: number): GrpcClient;
  /** Registers at a gate. @throws an Error of the status' code and details */
  register(gate: number, user?: string, password?: string): Promise<ChatClient>;
  counters(gate: number): Promise<Record<string, number>>;
  sandbox(): Sandbox;
}

/** To be called at the top of a test file. */
export function testChat(): TestChat {
  const connections: GrpcClient[] = [];
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ targets: { chat: target }, ports: "auto" });
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.close();
    await sandbox.stop();
  });

  const address = (gate: number) => (sandbox.environment.GATES ?? "").split(",")[gate - 1] ?? "";
  const connect = (gate: number) => {
    const connection = new GrpcClient(address(gate), credentials.createInsecure(), {
      // A connection of its own, as k6's users have.
      "grpc.use_local_subchannel_pool": 1,
    });
    connections.push(connection);
    return connection;
  };
  return {
    address,
    connect,
    register: (gate, user, password = "000000") => register(connect(gate), user, password),
    counters: async (gate) => (await sandbox.counters())[`gate${gate}`] ?? {},
    sandbox: () => sandbox,
  };
}

async function register(connection: GrpcClient, user: string | undefined, password: string): Promise<ChatClient> {
  const { stream, id: registered, pushes, ended } = openStream(connection, user, password);
  const id = await registered;
  const call: ChatClient["call"] = (type, object, method, request, as = id) =>
    callObject(connection, { client_id: as, type, id: object, method, ...(request ? { request } : {}) });
  const inRoom = (room: string, method: string, request: Any, as?: string) =>
    call("ChatRoom", `ChatRoom-${room}`, method, request, as);
  return {
    id,
    stream,
    pushes,
    texts: () => pushes.map(({ message }) => message),
    ended,
    call,
    join: (room, as) => {
      const request = { user_name: "forged", client_id: "forged" };
      return inRoom(room, "Join", packed("chat.ChatRoom_JoinRequest", request), as);
    },
    send: (room, message, as) => {
      const request = { user_name: "forged", message };
      return inRoom(room, "SendMessage", packed("chat.ChatRoom_SendChatMessageRequest", request), as);
    },
  };
}

function openStream(connection: GrpcClient, user: string | undefined, password: string) {
  const metadata = new Metadata();
  if (user !== undefined) metadata.set("x-username", user);
  metadata.set("x-password", password);
  const path = "/gate.GateService/Register";
  const stream: ClientReadableStream<Any> = connection.makeServerStreamRequest(
    path,
    bytes,
    decodeAny,
    Buffer.alloc(0),
    metadata,
  );
  const pushes: ChatMessage[] = [];
  let ended: string | undefined;
  const id = new Promise<string>((resolve, reject) => {
    stream.on("error", (error: ServiceError) => {
      ended = failure(error).message;
      reject(failure(error));
    });
    stream.on("data", (message: Any) => {
      const first = unpacked<{ client_id: string }>(message, "gate.RegisterResponse");
      if (first) resolve(first.client_id);
      const push = unpacked<{ message: ChatMessage }>(message, "chat.Client_NewMessageNotification");
      if (push) pushes.push(push.message);
    });
  });
  return { stream, id, pushes, ended: () => ended };
}

function callObject(connection: GrpcClient, call: Parameters<typeof encodeCall>[0]): Promise<Any | undefined> {
  return new Promise((resolve, reject) =>
    connection.makeUnaryRequest("/gate.GateService/CallObject", encodeCall, decodeAnswer, call, (error, answer) =>
      error ? reject(failure(error)) : resolve(answer?.response),
    ),
  );
}
