// The packages that Towns' own clients are built of, as the judge of k6/x/towns.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type * as Runtime from "@bufbuild/protobuf";
import type * as Wkt from "@bufbuild/protobuf/wkt";
import type * as Proto from "@towns-protocol/proto";
import type * as Utils from "@towns-protocol/utils";
import type { EncryptedData, Envelope, EventFields } from "k6/x/towns";
import { hexToBytes } from "viem";
import type { HDAccount } from "viem/accounts";
import { eventHash, signHash } from "../../../scenarios/space/sandbox/signatures.ts";
import { loadBundled } from "./sdk.ts";
import { privateKeyOf } from "./wallets.ts";

export type Towns = typeof Proto & typeof Utils & typeof Runtime & typeof Wkt;

/** Bundles Towns' packages and the runtime of their messages, and imports them. */
export function loadTowns(): Promise<Towns> {
  return loadBundled("@towns-protocol/proto", "@towns-protocol/utils", "@bufbuild/protobuf", "@bufbuild/protobuf/wkt");
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

/** The uncompressed public key of an account. */
export const publicKeyOf = (account: HDAccount): Uint8Array => hexToBytes(account.publicKey);

export interface Device {
  readonly user: HDAccount;
  readonly key: HDAccount;
  /** Milliseconds of Unix time. */
  readonly expiresAt: number;
}

/** The event of these fields as a client of Towns makes it: its encoding, its permission; only the curve's arithmetic is viem's. */
export async function eventBy(towns: Towns, device: Device, fields: EventFields): Promise<Envelope> {
  const raw = towns.riverDelegateHashSrc(publicKeyOf(device.key), BigInt(device.expiresAt));
  const event = towns.fromJsonString(
    towns.StreamEventSchema,
    JSON.stringify({
      ...fields,
      creatorAddress: base64(hexToBytes(device.user.address)),
      delegateSig: base64(hexToBytes(await device.user.signMessage({ message: { raw } }))),
      delegateExpiryEpochMs: String(device.expiresAt),
    }),
  );
  return signed(towns.toBinary(towns.StreamEventSchema, event), device.key);
}

/** An envelope of any bytes, signed by any key. */
export function signed(event: Uint8Array, key: HDAccount): Envelope {
  const hash = eventHash(event);
  const signature = signHash(hash, privateKeyOf(key));
  return { hash: base64(hexToBytes(hash)), signature: base64(signature), event: base64(event) };
}

/** The key that members who know a secret share: SHA-256 of it and the stream's id. */
const keyOf = (secret: string, stream: string) =>
  createHash("sha256").update(secret).update(Buffer.from(stream, "hex")).digest();

/** The id of a session that began with no miniblock. */
export function sessionId(secret: string, stream: string): string {
  const hash = createHash("sha256").update("RVR_HSK:").update(Buffer.from(stream, "hex")).update(keyOf(secret, stream));
  return hash.update(Buffer.alloc(8)).update(Buffer.alloc(32)).digest("base64");
}

/** Encrypts as a client of Towns does, by Node's cipher. */
export function seal(cleartext: Uint8Array, secret: string, stream: string): EncryptedData {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret, stream), iv);
  const ciphertext = Buffer.concat([cipher.update(cleartext), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: "grpaes",
    senderKey: "another device",
    ciphertextBytes: base64(ciphertext),
    ivBytes: base64(iv),
    sessionIdBytes: sessionId(secret, stream),
    version: "ENCRYPTED_DATA_VERSION_1",
  };
}

/** Decrypts by Node's cipher. @throws Error when the data was changed or encrypted with another key */
export function unseal(data: EncryptedData, secret: string, stream: string): Uint8Array {
  const sealed = Buffer.from(data.ciphertextBytes, "base64");
  const cipher = createDecipheriv("aes-256-gcm", keyOf(secret, stream), Buffer.from(data.ivBytes, "base64"));
  cipher.setAuthTag(sealed.subarray(-16));
  return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]));
}
