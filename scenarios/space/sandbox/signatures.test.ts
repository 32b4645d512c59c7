import { concat, hexToBytes, toHex } from "viem";
import { mnemonicToAccount, privateKeyToAccount } from "viem/accounts";
import { expect, it } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import { verified } from "./events.ts";
import { encode } from "./messages.ts";
import { createDelegations, delegateMessage, eventHash, signHash } from "./signatures.ts";

// Recorded from the real packages: wallet and device are the first two accounts of the public test phrase.
const wallet = mnemonicToAccount(SANDBOX_MNEMONIC, { addressIndex: 0 });
const device = mnemonicToAccount(SANDBOX_MNEMONIC, { addressIndex: 1 });
const EXPIRY = 1_800_000_000_000;
const DELEGATE_SIG =
  "0x5885e884b89ce0b9668e4ca128aaaf74633ce7d242754665e0ae8fa1a8dcfc1b5271645483836bfa4cbd4eac5cf75c2557461b3171a2e9176f5527d647c252de1c";
const HASH = "0xf655285119f15bf0dd37a4e963caa83c04a61816ea21ef67a1d9797214822136";
const SIGNATURE =
  "0xf857e1f086d9b4454012ae1dc4c44267d780f35ec697e214fe0cc587a4442b507534aea6dc6018e0c2acd66011e133ed826166c0c48bd9d8e7def80da840b7dd01";

const event = encode("StreamEvent", {
  creator_address: hexToBytes(wallet.address),
  delegate_sig: hexToBytes(DELEGATE_SIG),
  salt: new Uint8Array(16).fill(1),
  created_at_epoch_ms: 1_700_000_000_000,
  delegate_expiry_epoch_ms: EXPIRY,
  user_payload: { inception: { stream_id: hexToBytes(concat(["0xa8", wallet.address, `0x${"00".repeat(11)}`])) } },
});
const privateKey = toHex(device.getHdKey().privateKey as Uint8Array);
const { publicKey } = privateKeyToAccount(privateKey);
const envelope = { hash: hexToBytes(HASH), signature: hexToBytes(SIGNATURE), event };

it("hashes and signs as the real packages do", async () => {
  expect(event.length).toBe(160);
  expect(eventHash(event)).toBe(HASH);
  expect(toHex(signHash(HASH, privateKey))).toBe(SIGNATURE);
  expect(await wallet.signMessage({ message: delegateMessage(publicKey, EXPIRY) })).toBe(DELEGATE_SIG);
});

it("knows whose event it is, and recovers a device's delegation once", async () => {
  let recovered = 0;
  const delegations = createDelegations(() => recovered++);
  for (let i = 0; i < 3; i++)
    expect(await verified(envelope, delegations)).toMatchObject({
      hash: HASH,
      creator: wallet.address.toLowerCase(),
      payload: "user_payload",
      content: "inception",
    });
  expect(recovered).toBe(1);
});

const delegations = createDelegations(() => {});
const changed = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
const resigned = (given: object) => {
  const bytes = encode("StreamEvent", given);
  const hash = eventHash(bytes);
  return { hash: hexToBytes(hash), signature: signHash(hash, privateKey), event: bytes };
};

it.each([
  ["another hash", { ...envelope, hash: changed(envelope.hash, 0) }, "(35:BAD_EVENT_HASH)"],
  ["another event", { ...envelope, event: changed(event, 30) }, "(35:BAD_EVENT_HASH)"],
  ["another signature", { ...envelope, signature: changed(envelope.signature, 5) }, "(22:BAD_EVENT_SIGNATURE)"],
  ["half a signature", { ...envelope, signature: envelope.signature.slice(0, 32) }, "(22:BAD_EVENT_SIGNATURE)"],
  ["no event", { ...envelope, event: new Uint8Array() }, "(25:NO_EVENT_SPECIFIED)"],
  ["nothing", undefined, "(25:NO_EVENT_SPECIFIED)"],
])("refuses %s", async (_, given, message) => {
  await expect(verified(given, delegations)).rejects.toThrow(message);
});

it("refuses a creator that neither signed nor delegated, an expiry that was changed, and what is no event", async () => {
  const creator_address = hexToBytes(wallet.address);
  const inception = { user_payload: { inception: {} } };
  const salt = new Uint8Array(16);
  await expect(verified(resigned({ creator_address, salt, ...inception }), delegations)).rejects.toThrow(
    "(22:BAD_EVENT_SIGNATURE)",
  );
  const longer = { delegate_sig: hexToBytes(DELEGATE_SIG), delegate_expiry_epoch_ms: EXPIRY + 1 };
  await expect(verified(resigned({ creator_address, salt, ...longer, ...inception }), delegations)).rejects.toThrow(
    "(22:BAD_EVENT_SIGNATURE)",
  );
  const empty = resigned({ creator_address: hexToBytes(device.address), salt });
  await expect(verified(empty, delegations)).rejects.toThrow("(26:BAD_EVENT)");
  const garbage = new Uint8Array([0x0a, 0xff, 0xff]);
  const hash = eventHash(garbage);
  await expect(
    verified({ hash: hexToBytes(hash), signature: signHash(hash, privateKey), event: garbage }, delegations),
  ).rejects.toThrow("(26:BAD_EVENT)");
});
