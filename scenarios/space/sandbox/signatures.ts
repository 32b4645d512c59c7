// Hashes and signatures of events: what makes an event its creator's. The curve is libsecp256k1's, compiled to WebAssembly: the node has to keep up with its
// clients on one thread, and viem's, in JavaScript, takes six times as long.
import { recover, signRecoverable } from "tiny-secp256k1";
import { concat, type Hex, hashMessage, hexToBytes, keccak256, stringToBytes, toHex } from "viem";
import { publicKeyToAddress } from "viem/accounts";

const HEADER = stringToBytes("CSBLANCA");
const BEFORE = stringToBytes("ABCDEFG>");
const AFTER = stringToBytes("<GFEDCBA");
const DELEGATE = stringToBytes("RIVERSIG");

function int64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

/** The hash of an event's bytes, which is its id and what is signed. */
export const eventHash = (event: Uint8Array): Hex =>
  keccak256(concat([HEADER, int64(event.length), BEFORE, event, AFTER]));

/** @returns r, s and v, which is 0 or 1 */
export function signHash(hash: Hex, privateKey: Hex): Uint8Array {
  const { signature, recoveryId } = signRecoverable(hexToBytes(hash), hexToBytes(privateKey));
  return Uint8Array.of(...signature, recoveryId);
}

/** The uncompressed public key that signed. @param signature r, s and v, which is 0 or 1, or 27 more. @throws Error when it is no signature */
export function signerOf(hash: Hex, signature: Uint8Array): Hex {
  const v = signature[64] ?? -1;
  const recovery = v >= 27 ? v - 27 : v;
  if (signature.length !== 65 || (recovery !== 0 && recovery !== 1)) throw new Error("not r, s and v");
  const key = recover(hexToBytes(hash), signature.subarray(0, 64), recovery, false);
  if (key === null) throw new Error("no key made it");
  return toHex(key);
}

/** What a wallet signs (EIP-191) to let another key sign its events until the expiry. @param expiry milliseconds since 1970 */
export const delegateMessage = (publicKey: Hex, expiry: number) => ({
  raw: concat([toHex(DELEGATE), publicKey, toHex(int64(expiry))]),
});

/** Delegations that are remembered as right, so that a device's second event costs one recovery and not two. */
const REMEMBERED = 20_000;

export interface Delegations {
  /** Whose wallet let the key sign, in lower case. @throws Error when it is no signature */
  grantorOf(publicKey: Hex, expiry: number, signature: Uint8Array): Hex;
}

/** @param count told of each signature that had to be recovered */
export function createDelegations(count: () => void): Delegations {
  const known = new Map<string, Hex>();
  return {
    grantorOf(publicKey, expiry, signature) {
      const key = `${publicKey} ${expiry} ${toHex(signature)}`;
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      count();
      const hash = hashMessage(delegateMessage(publicKey, expiry));
      const grantor = publicKeyToAddress(signerOf(hash, signature)).toLowerCase() as Hex;
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, grantor);
      return grantor;
    },
  };
}
