// k6/x/towns and proto/river.proto, judged by the packages that Towns' own clients are built of.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Envelope, EventFields } from "k6/x/towns";
import { hexToBytes, toHex } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signerOf } from "../../scenarios/space/sandbox/signatures.ts";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import type { TownsInput, TownsOutput } from "../k6/towns-exchange.ts";
import { exchange } from "./oracle/k6.ts";
import { contract } from "./oracle/proto.ts";
import {
  base64,
  bytesOf,
  type Device,
  eventBy,
  loadTowns,
  publicKeyOf,
  seal,
  sessionId,
  signed,
  type Towns,
  unseal,
} from "./oracle/towns.ts";
import { walletAt } from "./oracle/wallets.ts";
import { cleanUp, root } from "./support.ts";

const [user, key, stranger] = [0, 1, 2].map((index) => walletAt(`m/44'/60'/0'/0/${index}`)) as [
  Device["user"],
  Device["key"],
  Device["key"],
];
const device: Device = { user, key, expiresAt: 1_800_000_000_000 };
const address = user.address.slice(2).toLowerCase();
const stream = (first: string) => first + address + "0".repeat(22);
const channel = stream("20");
const streamBytes = (first: string) => base64(hexToBytes(`0x${stream(first)}`));
const secret = "what all members know";
const hash = base64(new Uint8Array(32).fill(7));

const message = seal(new TextEncoder().encode("any"), secret, channel);
const payloads: Omit<EventFields, "salt">[] = [
  { userPayload: { inception: { streamId: streamBytes("a8") } } },
  { userInboxPayload: { inception: { streamId: streamBytes("a1"), settings: { lightStream: true } } } },
  { userMetadataPayload: { inception: { streamId: streamBytes("ad") } } },
  { userMetadataPayload: { encryptionDevice: { deviceKey: "curve", fallbackKey: "fallback" } } },
  { userSettingsPayload: { inception: { streamId: streamBytes("a5"), settings: { disableMiniblockCreation: true } } } },
  { userPayload: { userMembership: { streamId: streamBytes("20"), op: "SO_JOIN", reason: "MR_NONE" } } },
  { memberPayload: { username: { ...message, checksum: "ab" } } },
  {
    memberPayload: {
      membership: { op: "SO_LEAVE", userAddress: hash, initiatorAddress: hash, reason: "MR_EXPIRED" },
    },
  },
  { spacePayload: { inception: { streamId: streamBytes("10") } } },
  {
    spacePayload: {
      channel: {
        op: "CO_CREATED",
        channelId: streamBytes("20"),
        originEvent: { streamId: streamBytes("20"), hash, signature: hash },
        settings: { autojoin: true, hideUserJoinLeaveEvents: true },
      },
    },
  },
  { channelPayload: { inception: { streamId: streamBytes("20"), channelSettings: { autojoin: true } } } },
  { channelPayload: { message }, prevMiniblockHash: hash, prevMiniblockNum: "0" },
  {
    channelPayload: { message: { ...message, refEventId: "ab".repeat(32) } },
    prevMiniblockHash: hash,
    prevMiniblockNum: "9007199254740993",
    tags: {
      messageInteractionType: "MESSAGE_INTERACTION_TYPE_REACTION",
      participatingUserAddresses: [base64(hexToBytes(user.address))],
      mentionedUserAddresses: [hash, ""],
      threadId: hash,
    },
    ephemeral: true,
  },
  { channelPayload: { redaction: { eventId: hash } } },
  {
    miniblockHeader: {
      miniblockNum: "3",
      prevMiniblockHash: hash,
      timestamp: "2026-01-02T03:04:05.678Z",
      eventHashes: [hash, hash],
      eventNumOffset: "12",
      prevSnapshotMiniblockNum: "2",
    },
  },
];
const events = payloads.map((payload, i) => ({
  ...payload,
  salt: base64(new Uint8Array(16).fill(i + 1)),
  createdAtEpochMs: String(1_700_000_000_000 + i),
}));
const messages = [
  { post: { text: { body: "Grüße, 你好 🌊" } } },
  { post: { threadId: "ab".repeat(32), replyId: "cd".repeat(32), text: { body: "x".repeat(20_000) } } },
  { reaction: { refEventId: "ab".repeat(32), reaction: "🤖" } },
  { edit: { refEventId: "ab".repeat(32), post: { text: { body: "Clients: 3/40 🤖" } } } },
  { redaction: { refEventId: "ab".repeat(32), reason: "spam" } },
];

let towns: Towns;
let theirs: Envelope[];
let forged: Record<string, Envelope>;
let k6: TownsOutput;

beforeAll(async () => {
  towns = await loadTowns();
  theirs = await Promise.all(events.map((fields) => eventBy(towns, device, fields)));
  const [first] = theirs as [Envelope];
  forged = {
    "has not permitted the key": signed(bytesOf(first.event), stranger),
    "its hash is not that of its bytes": { ...first, hash },
    "had ended": await eventBy(towns, { ...device, expiresAt: 1_600_000_000_000 }, events[0] as EventFields),
  };
  const input: TownsInput = {
    mnemonic: SANDBOX_MNEMONIC,
    expiresAt: device.expiresAt,
    secret,
    channel,
    events,
    envelopes: [...theirs, ...Object.values(forged)],
    messages,
    encrypted: messages.map((each) =>
      seal(
        towns.toBinary(towns.ChannelMessageSchema, towns.fromJson(towns.ChannelMessageSchema, each)),
        secret,
        channel,
      ),
    ),
  };
  k6 = await exchange<TownsInput, TownsOutput>("test/k6/towns-oracle.ts", input);
});
afterAll(cleanUp);

describe("events", () => {
  test("k6 and a client of Towns make the same event of the same fields, to the last bit", () => {
    expect(k6.made.map(({ envelope }) => envelope)).toEqual(theirs);
    expect(k6.made.map(({ id }) => id)).toEqual(theirs.map((each) => Buffer.from(each.hash, "base64").toString("hex")));
  });

  test("a client of Towns reads k6's events, and finds whose they are", async () => {
    for (const [i, { envelope }] of k6.made.entries()) {
      const event = towns.fromBinary(towns.StreamEventSchema, bytesOf(envelope.event));
      expect(towns.toJson(towns.StreamEventSchema, event)).toMatchObject(payloads[i] as object);
      const delegatePubKey = signerOf(toHex(bytesOf(envelope.hash)), bytesOf(envelope.signature));
      expect(delegatePubKey).toBe(toHex(publicKeyOf(key)));
      const creator = towns.recoverPublicKeyFromDelegateSig({
        delegatePubKey,
        delegateSig: event.delegateSig,
        expiryEpochMs: event.delegateExpiryEpochMs,
      });
      expect(toHex(creator)).toBe(user.address.toLowerCase());
    }
  });

  test("k6 reads what a client of Towns made, and refuses what is forged", () => {
    const read = k6.read.slice(0, theirs.length);
    expect(read).toMatchObject(payloads.map((event) => ({ creator: user.address, event })));
    const refused = k6.read.slice(theirs.length).map((each) => ("refused" in each ? each.refused : "read"));
    for (const [i, reason] of Object.keys(forged).entries()) expect(refused[i]).toContain(reason);
    expect(refused).toHaveLength(3);
  });
});

describe("messages", () => {
  test("what k6 encrypts is a message of Towns under the agreed key", () => {
    expect(k6.session).toBe(sessionId(secret, channel));
    const opened = k6.encrypted.map((data) =>
      towns.toJson(
        towns.ChannelMessageSchema,
        towns.fromBinary(towns.ChannelMessageSchema, unseal(data, secret, channel)),
      ),
    );
    expect(opened).toEqual(messages);
    for (const { sessionIdBytes } of k6.encrypted) expect(sessionIdBytes).toBe(k6.session);
    for (const data of k6.encrypted) expect(() => towns.fromJson(towns.EncryptedDataSchema, { ...data })).not.toThrow();
  });

  test("k6 decrypts a message of Towns under the agreed key", () => {
    expect(k6.decrypted).toEqual(messages);
  });
});

describe("proto/river.proto and river-types.proto", () => {
  test("are a part of upstream's protocol: every method, message, field and value that they have", () => {
    const compiled = readFileSync(join(root, "extension/internal/river/river.binpb"));
    const ours = towns.fromBinary(towns.FileDescriptorSetSchema, compiled).file.flatMap(contract);
    const upstream = new Set([towns.file_protocol, towns.file_payloads].flatMap(({ proto }) => contract(proto)));
    expect(ours.length).toBeGreaterThan(200);
    expect(ours.filter((line) => !upstream.has(line))).toEqual([]);
  });
});
