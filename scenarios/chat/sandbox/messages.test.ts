import { describe, expect, it } from "vitest";
import { messageTypes } from "../../../src/sandbox/proto.ts";
import { packed, unpacked } from "./messages.ts";

/** Goverse's own: the field numbers are the contract. */
const contract: Record<string, Record<string, [number: number, type: string]>> = {
  "gate.Empty": {},
  "gate.RegisterResponse": { client_id: [1, "string"] },
  "gate.CallObjectRequest": {
    client_id: [1, "string"],
    type: [2, "string"],
    id: [3, "string"],
    method: [4, "string"],
    request: [5, "google.protobuf.Any"],
  },
  "gate.CallObjectResponse": { response: [1, "google.protobuf.Any"] },
  "chat.ChatMessage": { user_name: [1, "string"], message: [2, "string"], timestamp: [3, "int64"] },
  "chat.ChatRoom_ListRequest": {},
  "chat.ChatRoom_ListResponse": { chat_rooms: [1, "string"] },
  "chat.ChatRoom_JoinRequest": { user_name: [1, "string"], client_id: [2, "string"] },
  "chat.ChatRoom_JoinResponse": { room_name: [1, "string"], recent_messages: [2, "ChatMessage"] },
  "chat.ChatRoom_SendChatMessageRequest": { user_name: [1, "string"], message: [2, "string"] },
  "chat.Client_SendChatMessageResponse": {},
  "chat.Client_NewMessageNotification": { message: [1, "ChatMessage"] },
};

describe("the protos", () => {
  const types = messageTypes("gate.proto", "chat.proto");

  it.each(Object.entries(contract))("%s has the contract's fields", (name, fields) => {
    const found = types.lookupType(name).fieldsArray.map((field) => [field.name, [field.id, field.type]]);
    expect(Object.fromEntries(found)).toEqual(fields);
  });

  it("repeat what the contract repeats", () => {
    expect(types.lookupType("chat.ChatRoom_ListResponse").fields.chat_rooms?.repeated).toBe(true);
    expect(types.lookupType("chat.ChatRoom_JoinResponse").fields.recent_messages?.repeated).toBe(true);
  });

  it("have the gate's two calls, of which Register answers with a stream", () => {
    const methods = types.lookupService("gate.GateService").methods;
    expect(methods.Register).toMatchObject({ requestType: "Empty", responseType: "google.protobuf.Any" });
    expect(methods.Register?.responseStream).toBe(true);
    expect(methods.CallObject).toMatchObject({ requestType: "CallObjectRequest", responseType: "CallObjectResponse" });
  });
});

describe("an Any", () => {
  const message = { user_name: "alice", message: "hello", timestamp: 1_795_231_485_023_222 };

  it("holds a message with its time to the microsecond", () => {
    expect(unpacked(packed("chat.ChatMessage", message), "chat.ChatMessage")).toEqual(message);
  });

  it.each(["type.googleapis.com/chat.ChatMessage", "/chat.ChatMessage", "chat.ChatMessage"])(
    "is read whatever stands before its type: %s",
    (type_url) => {
      expect(unpacked({ ...packed("chat.ChatMessage", message), type_url }, "chat.ChatMessage")).toEqual(message);
    },
  );

  it("of another type is not", () => {
    expect(unpacked(packed("chat.ChatMessage", message), "chat.ChatRoom_ListRequest")).toBeUndefined();
    expect(
      unpacked({ ...packed("chat.ChatMessage", message), type_url: "xchat.ChatMessage" }, "chat.ChatMessage"),
    ).toBeUndefined();
  });
});
