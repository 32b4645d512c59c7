// The bytes that gates and rooms exchange with clients.
import type protobuf from "protobufjs";
import { messageTypes } from "../../../src/sandbox/proto.ts";

const PREFIX = "type.googleapis.com/";

/** google.protobuf.Any as protobufjs decodes it. */
export interface Any {
  readonly type_url: string;
  readonly value: Uint8Array;
}

export interface CallObjectRequest {
  readonly client_id: string;
  readonly type: string;
  readonly id: string;
  readonly method: string;
  readonly request?: Any | null;
}

export interface ChatMessage {
  readonly user_name: string;
  readonly message: string;
  /** Microseconds since 1970. */
  readonly timestamp: number;
}

/** Read when the first message is: the command has other uses, and must start where no .proto file is. */
let loaded: protobuf.Root | undefined;
function typeOf(name: string): protobuf.Type {
  loaded ??= messageTypes("gate.proto", "chat.proto");
  return loaded.lookupType(name);
}
const ANY = "google.protobuf.Any";
const CALL = "gate.CallObjectRequest";
const ANSWER = "gate.CallObjectResponse";

const encoded = (name: string, value: object): Buffer => Buffer.from(typeOf(name).encode(value).finish());

/** A message of one of our protos as the Any that carries it. */
export function packed(name: string, value: object): Any {
  return { type_url: PREFIX + name, value: encoded(name, value) };
}

/** The message in an Any, if it is of that type; whatever stands before the last slash of its URL is ignored, as protobuf has it. */
export function unpacked<T>(given: Any | null | undefined, name: string): T | undefined {
  if (!given || given.type_url.slice(given.type_url.lastIndexOf("/") + 1) !== name) return undefined;
  const type = typeOf(name);
  return type.toObject(type.decode(given.value), { defaults: true, longs: Number }) as T;
}

/** An Any in bytes: made once for a push, however many receive it. */
export const anyBytes = (value: Any): Buffer => encoded(ANY, value);
export const decodeAny = (bytes: Buffer): Any => typeOf(ANY).decode(bytes) as unknown as Any;

export const decodeCall = (bytes: Buffer): CallObjectRequest =>
  typeOf(CALL).decode(bytes) as unknown as CallObjectRequest;
export const encodeCall = (request: CallObjectRequest): Buffer => encoded(CALL, request);
export const encodeAnswer = (response: Any): Buffer => encoded(ANSWER, { response });
export const decodeAnswer = (bytes: Buffer): { response?: Any } => typeOf(ANSWER).decode(bytes) as { response?: Any };
