// Calls on the objects behind the gates: the list of rooms, and each room.
import { status } from "@grpc/grpc-js";
import { type Any, type CallObjectRequest, packed, unpacked } from "./messages.ts";
import type { Client, Rooms } from "./rooms.ts";

/** A call that is answered with a gRPC status other than OK. */
export class RoomCallError extends Error {
  override readonly name = "RoomCallError";
  readonly code: status;
  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a call came to: its answer, and how it is counted. */
export interface CallResult {
  readonly answer: Any;
  readonly counted: "listed" | "joined" | "sent";
  readonly room?: string;
}

const MANAGER = { type: "ChatRoomMgr", id: "ChatRoomMgr0" } as const;
const ROOM = { type: "ChatRoom", prefix: "ChatRoom-" } as const;

/** The message in a request. @throws RoomCallError when it is absent or another one */
function requested<T>(call: CallObjectRequest, name: string): T {
  const message = unpacked<T>(call.request, name);
  if (message === undefined) throw new RoomCallError(status.UNKNOWN, `${call.method} needs a request of type ${name}`);
  return message;
}

/**
 * Carries out a call.
 * @param client who calls; only the list of rooms is told to strangers. Names inside the request are ignored: a client is who it registered as.
 * @throws RoomCallError
 */
export function callRoom(rooms: Rooms, call: CallObjectRequest, client: Client | undefined): CallResult {
  if (call.type === MANAGER.type && call.id === MANAGER.id && call.method === "ListChatRooms") {
    requested(call, "chat.ChatRoom_ListRequest");
    return { answer: packed("chat.ChatRoom_ListResponse", { chat_rooms: rooms.list() }), counted: "listed" };
  }
  if (client === undefined) throw new RoomCallError(status.UNAUTHENTICATED, "authentication required");
  if (call.type === ROOM.type && call.id.startsWith(ROOM.prefix)) {
    const room = call.id.slice(ROOM.prefix.length);
    if (call.method === "Join") {
      requested(call, "chat.ChatRoom_JoinRequest");
      const recent_messages = rooms.join(room, client);
      return {
        answer: packed("chat.ChatRoom_JoinResponse", { room_name: room, recent_messages }),
        counted: "joined",
        room,
      };
    }
    if (call.method === "SendMessage") {
      const { message } = requested<{ message: string }>(call, "chat.ChatRoom_SendChatMessageRequest");
      rooms.send(room, client, message);
      return { answer: packed("chat.Client_SendChatMessageResponse", {}), counted: "sent", room };
    }
  }
  throw new RoomCallError(status.UNKNOWN, `${call.type} ${call.id} has no method ${call.method}`);
}
