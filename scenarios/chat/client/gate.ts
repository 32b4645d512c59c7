// A connection to one gate of a chat cluster: a registered stream of pushes, and calls on rooms through it.
import { Client } from "k6/net/grpc";
import { JourneyError } from "../../../src/core/errors.ts";
import { connect, invoke, openStream } from "../../../src/k6/grpc.ts";

const TYPE = "type.googleapis.com/";
const REGISTER = "gate.GateService/Register";
const CALL = "gate.GateService/CallObject";

/** A message that a room pushed. */
export interface Push {
  readonly user: string;
  readonly message: string;
  /** The room's own time of it, microseconds since 1970. */
  readonly timestamp: number;
}

export interface Registration {
  readonly user: string;
  readonly password: string;
  pushed(push: Push): void;
  /** The stream ended, and not by `close`. Called once. */
  broke(error: JourneyError): void;
}

/** What k6 makes of a google.protobuf.Any: the message's own fields beside its type. */
interface Any {
  readonly "@type"?: string;
  readonly clientId?: string;
  readonly message?: { readonly userName: string; readonly message: string; readonly timestamp: string };
}

interface CallObjectResponse {
  readonly response?: { readonly chatRooms?: readonly string[]; readonly roomName?: string } | null;
}

/** A gRPC client with the protos loaded. Init code only; a VU needs one, whichever gate it is at. */
export function gateClient(): Client {
  const client = new Client();
  // Beside the bundle: build.mjs puts them there.
  client.load(["proto"], "gate.proto", "chat.proto");
  return client;
}

export class Gate {
  readonly #client: Client;
  readonly #timeout: number;
  #id = "";
  #open = false;

  /** @param timeout of a call and of connecting, ms */
  constructor(client: Client, timeout: number) {
    this.#client = client;
    this.#timeout = timeout;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Connects. @throws JourneyError of kind transport when nobody answers in time */
  connect(address: string): void {
    connect(this.#client, address, this.#timeout);
  }

  /**
   * Registers a stream at the connected gate.
   * @throws JourneyError when the gate refuses, or says nothing within the timeout
   */
  async register(as: Registration): Promise<void> {
    await openStream(
      this.#client,
      REGISTER,
      {},
      {
        name: "Register",
        metadata: { "x-username": as.user, "x-password": as.password },
        timeout: this.#timeout,
        message: (data) => {
          const message = data as Any;
          if (message.message !== undefined) {
            const { userName, message: text, timestamp } = message.message;
            as.pushed({ user: userName, message: text, timestamp: Number(timestamp) });
          } else if (message.clientId !== undefined) this.#id = message.clientId;
          return message.clientId !== undefined;
        },
        broke: (error) => {
          if (!this.#open) return;
          this.#open = false;
          as.broke(error);
        },
      },
    );
    this.#open = true;
  }

  /** The rooms of the cluster; needs no registration. */
  async rooms(): Promise<readonly string[]> {
    const answer = await this.#call("ChatRoomMgr", "ChatRoomMgr0", "ListChatRooms", "chat.ChatRoom_ListRequest", {});
    return answer.response?.chatRooms ?? [];
  }

  async join(room: string, user: string): Promise<void> {
    const request = { user_name: user, client_id: this.#id };
    const answer = await this.#call("ChatRoom", `ChatRoom-${room}`, "Join", "chat.ChatRoom_JoinRequest", request);
    const joined = answer.response?.roomName;
    if (joined !== room) throw new JourneyError("proof", `joined ${String(joined)} instead of ${room}`);
  }

  async send(room: string, user: string, message: string): Promise<void> {
    const request = { user_name: user, message };
    await this.#call("ChatRoom", `ChatRoom-${room}`, "SendMessage", "chat.ChatRoom_SendChatMessageRequest", request);
  }

  #call(type: string, id: string, method: string, request: string, fields: object): Promise<CallObjectResponse> {
    const call = { client_id: this.#id, type, id, method, request: { "@type": TYPE + request, ...fields } };
    return invoke(this.#client, CALL, call, { timeout: this.#timeout, name: method });
  }

  /** Ends the stream and the connection; `broke` is not called. */
  close(): void {
    this.#open = false;
    this.#client.close();
  }
}
