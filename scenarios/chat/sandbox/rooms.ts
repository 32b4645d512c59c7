// The rooms behind the gates. They know users and what to push to whom, and nothing of connections.
import { anyBytes, type ChatMessage, packed } from "./messages.ts";

/** The rooms that are there from the start. */
export const roomNames = ["General", "Technology", "Crypto", "Sports", "Movies"] as const;

/** Someone who registered at a gate: a user's name, and where its stream is. */
export interface Client {
  readonly id: string;
  readonly user: string;
  readonly gate: Inbox;
}

/** One message on its way to one client. */
export interface OutgoingPush {
  readonly client: Client;
  readonly room: string;
  readonly sender: string;
  readonly message: ChatMessage;
  /** `message` as the whole google.protobuf.Any. */
  readonly bytes: Buffer;
}

/** A message as clients get it. */
export const notification = (message: ChatMessage): Buffer =>
  anyBytes(packed("chat.Client_NewMessageNotification", { message }));

/** A gate as rooms see it. */
export interface Inbox {
  push(push: OutgoingPush): void;
}

export interface Rooms {
  list(): readonly string[];
  /** Makes the client a member; a room that does not exist is made. Nobody ever leaves. */
  join(room: string, client: Client): readonly ChatMessage[];
  /** Pushes a message to every member, its sender too, who need not be one. */
  send(room: string, client: Client, message: string): void;
}

/** Microseconds since 1970. */
const microseconds = () => Math.round((performance.timeOrigin + performance.now()) * 1_000);

/**
 * The rooms, empty. Calls on them run one after another, as on the real ones.
 * @param now microseconds since 1970
 */
export function createRooms(now = microseconds): Rooms {
  /** room -> user -> its client: of two clients with one name the later one gets the pushes. */
  const rooms = new Map<string, Map<string, Client>>(roomNames.map((name) => [name, new Map()]));
  const membersOf = (room: string) => {
    const members = rooms.get(room) ?? new Map<string, Client>();
    rooms.set(room, members);
    return members;
  };
  return {
    list: () => [...rooms.keys()],
    join(room, client) {
      membersOf(room).set(client.user, client);
      const system = (message: string): ChatMessage => ({ user_name: "SYSTEM", message, timestamp: now() });
      return [system("Welcome to the chatroom!"), system(`This is ${room}.`)];
    },
    send(room, client, message) {
      const sent: ChatMessage = { user_name: client.user, message, timestamp: now() };
      const bytes = notification(sent);
      for (const member of membersOf(room).values()) {
        member.gate.push({ client: member, room, sender: client.user, message: sent, bytes });
      }
    },
  };
}
