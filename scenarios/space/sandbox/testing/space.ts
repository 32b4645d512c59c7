// For tests: a space with a stream node, and users of it who sign as their devices do.
import { randomBytes } from "node:crypto";
import type { ServiceError } from "@grpc/grpc-js";
import { type Address, hexToBytes, type LocalAccount, toHex } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { expect } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../../src/core/settings/common.ts";
import { artifact } from "../../../../src/sandbox/contracts.ts";
import { startSandbox } from "../../../../src/sandbox/index.ts";
import { callsOf } from "../../../../src/sandbox/testing/contract-calls.ts";
import { sandboxSpace } from "../../abi/addresses.ts";
import { connectToNode } from "../client.ts";
import { makeEvent, type Signer } from "../events.ts";
import { target } from "../index.ts";
import { decode, type Envelope, membershipOps, type StreamEvent, type SyncCookie } from "../messages.ts";
import { payloadOf } from "../rules.ts";
import { delegateMessage } from "../signatures.ts";
import { type StreamNodeFigures, startSpace } from "../start.ts";
import { type StreamKind, streamId, userKinds } from "../stream-ids.ts";

/** StreamAndCookie as the node answers it. */
export interface StreamAndCookie {
  readonly events?: readonly Envelope[];
  readonly next_sync_cookie: SyncCookie;
  readonly miniblocks?: readonly { events?: readonly Envelope[]; header: Envelope }[];
}

export interface Update {
  readonly sync_id: string;
  readonly sync_op: number;
  readonly stream?: StreamAndCookie;
  readonly pong_nonce?: string;
}

export const spaceId = streamId("space", sandboxSpace.space);
export const channelId = (number: number) => streamId("channel", sandboxSpace.space, number);

export const eventOf = ({ event }: Envelope): StreamEvent => decode("StreamEvent", event);

export interface SpaceUser extends Signer {
  readonly wallet: LocalAccount;
}

let users = 0;
/** A user whom nobody has met, with a device whose delegation lasts an hour unless told. */
export async function newSpaceUser({ expiry = Date.now() + 3_600_000 } = {}): Promise<SpaceUser> {
  const wallet = mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 6, addressIndex: users++ });
  const privateKey = toHex(randomBytes(32));
  const { publicKey } = privateKeyToAccount(privateKey);
  const signature = await wallet.signMessage({ message: delegateMessage(publicKey, expiry) });
  return { wallet, privateKey, creator: wallet.address, delegation: { signature, expiry } };
}

/** What the node refused a call with: gRPC's code, the name in the metadata, the text. Undefined when it did not. */
export async function refusalOf(call: Promise<unknown>) {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { code, details, metadata } = error as ServiceError;
    return { code, err: metadata.get("x-river-error")[0], details };
  }
}

/** What a refusal of permission looks like. */
export const permissionDenied = (details: RegExp) => ({
  code: 7,
  err: "PERMISSION_DENIED",
  details: expect.stringMatching(details),
});

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const membership = (op: number, user: Address) => ({
  member_payload: { membership: { op, user_address: hexToBytes(user), initiator_address: hexToBytes(user) } },
});

export type SpaceWorld = Awaited<ReturnType<typeof startSpaceWorld>>;

/** Starts a sandbox of a space. Blocks of the chain come every second. */
export async function startSpaceWorld(figures: StreamNodeFigures = {}) {
  const sandbox = await startSandbox({
    targets: { space: { ...target, start: (ground) => startSpace(ground, figures) } },
    ports: "auto",
  });
  const { chain } = sandbox;
  if (!chain) throw new Error("a space has a chain");
  const node = connectToNode(sandbox.environment.NODE_URL ?? "");
  const contracts = callsOf(chain, {
    space: { address: sandboxSpace.space, abi: artifact("Space").abi },
    factory: { address: sandboxSpace.factory, abi: artifact("SpaceFactory").abi },
  });
  const payer = mnemonicToAccount(SANDBOX_MNEMONIC);

  const lastBlock = async (stream: Uint8Array) => {
    const { hash, miniblock_num = 0 } = await node.call<{ hash: Uint8Array; miniblock_num?: number }>(
      "GetLastMiniblockHash",
      { stream_id: stream },
    );
    return { hash: toHex(hash), num: miniblock_num };
  };
  const addEnvelope = (stream: Uint8Array, event: Envelope) =>
    node.call<{ new_events?: { stream_id: Uint8Array; hash: Uint8Array }[] }>("AddEvent", { stream_id: stream, event });
  const add = async (user: Signer, stream: Uint8Array, payload: Partial<StreamEvent>) =>
    addEnvelope(stream, (await makeEvent(user, payload, await lastBlock(stream))).envelope);
  const createStream = async (
    user: Signer,
    kind: StreamKind,
    id: Uint8Array,
    { named = spaceId, more = [] }: { named?: Uint8Array | null; more?: readonly Partial<StreamEvent>[] } = {},
  ) => {
    const payloads = [{ [payloadOf[kind]]: { inception: { stream_id: id } } }, ...more];
    const events = await Promise.all(payloads.map(async (payload) => (await makeEvent(user, payload)).envelope));
    const request = { events, stream_id: id, metadata: named ? { spaceId: named } : {} };
    return node.call<{ stream: StreamAndCookie; derived_events?: { stream_id: Uint8Array }[] }>(
      "CreateStream",
      request,
    );
  };

  const mint = ({ creator }: Signer) => contracts.write(payer, "space", "joinSpace", [creator]);
  const createUserStreams = (user: Signer) =>
    Promise.all(userKinds.map((kind) => createStream(user, kind, streamId(kind, user.creator))));
  /** Joins or leaves, as users do: by an event in their own stream. */
  const changeMembership = (user: Signer, stream: Uint8Array, op = membershipOps.SO_JOIN) =>
    add(user, streamId("user", user.creator), { user_payload: { user_membership: { stream_id: stream, op } } });

  return {
    sandbox,
    chain,
    node,
    contracts,
    lastBlock,
    addEnvelope,
    add,
    createStream,
    mint,
    createUserStreams,
    changeMembership,
    /** A user with a membership and streams, who has joined what is given. */
    async newMember(...joined: Uint8Array[]) {
      const user = await newSpaceUser();
      await mint(user);
      await createUserStreams(user);
      for (const stream of joined) await changeMembership(user, stream);
      return user;
    },
    cookieOf: async (id: Uint8Array) =>
      (await node.call<{ stream: StreamAndCookie }>("GetStream", { stream_id: id })).stream.next_sync_cookie,
    counters: async () => (await sandbox.counters()).node ?? {},
    fault: (fault: Record<string, unknown>) => sandbox.setFault({ service: "node", ...(fault as { fault: string }) }),
    /** A space or channel of the user's own making. */
    createShared: (user: Signer, kind: "space" | "channel", id: Uint8Array) =>
      createStream(user, kind, id, { more: [membership(membershipOps.SO_JOIN, user.creator)] }),
    post: (user: Signer, stream: Uint8Array, text: string, ref?: string) =>
      add(user, stream, {
        channel_payload: {
          message: { ciphertext_bytes: Buffer.from(text), ...(ref === undefined ? {} : { ref_event_id: ref }) },
        },
      }),
    getStream: async (id: Uint8Array, cookie?: SyncCookie) =>
      (
        await node.call<{ stream: StreamAndCookie }>("GetStream", {
          stream_id: id,
          ...(cookie && { sync_cookie: cookie }),
        })
      ).stream,
    /** Opens a sync; its updates gather in `updates`. */
    async sync(...cookies: SyncCookie[]) {
      const stream = node.stream<Update>("SyncStreams", { sync_pos: cookies });
      const updates: Update[] = [];
      const ended: { error?: ServiceError; done?: true } = {};
      stream.on("end", () => {
        ended.done = true;
      });
      const id = await new Promise<string>((resolve, reject) => {
        stream.on("error", (error: ServiceError) => {
          ended.error = error;
          reject(error);
        });
        stream.on("data", (update: Update) => {
          updates.push(update);
          resolve(update.sync_id);
        });
      });
      const events = () => updates.flatMap(({ stream: update }) => (update?.events ?? []).map(eventOf));
      const texts = () =>
        events().flatMap(({ channel_payload }) =>
          channel_payload?.message ? [Buffer.from(channel_payload.message.ciphertext_bytes ?? []).toString()] : [],
        );
      return { id, stream, updates, events, texts, ended };
    },
    async stop() {
      node.close();
      await sandbox.stop();
    },
  };
}
