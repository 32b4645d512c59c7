// Each user has a server key of its own, derived from the server's phrase and the user's address.
import { createHash, ECDH } from "node:crypto";
import { type HDKey, mnemonicToAccount, publicKeyToAddress } from "viem/accounts";

export interface Identity {
  /** Checksummed. */
  readonly address: string;
  /** Uncompressed, 0x04... */
  readonly publicKey: string;
  readonly privateKey: Uint8Array;
}

/** Derivations kept, so that the operation of a user need not repeat that of its identity request. */
const KEPT = 10_000;

/** Index of a user's server key: the first 4 bytes of SHA-256 over the lower-case address text, without the top bit. */
export function identityIndex(userAddress: string): number {
  return createHash("sha256").update(userAddress.toLowerCase()).digest().readUInt32BE(0) % 2 ** 31;
}

/** Derives the server key of a user: m/44'/60'/0'/0/{identityIndex} of the server's phrase. */
export function createIdentities(mnemonic: string): (userAddress: string) => Identity {
  const parent: HDKey = mnemonicToAccount(mnemonic, { path: "m/44'/60'/0'/0" as never }).getHdKey();
  const known = new Map<string, Identity>();
  return (userAddress) => {
    const user = userAddress.toLowerCase();
    const before = known.get(user);
    if (before) return before;
    const { privateKey, publicKey: compressed } = parent.deriveChild(identityIndex(user));
    if (!privateKey || !compressed) throw new Error("the derived key is not complete");
    const publicKey =
      `0x${ECDH.convertKey(compressed, "secp256k1", undefined, "hex", "uncompressed") as string}` as const;
    const identity = { address: publicKeyToAddress(publicKey), publicKey, privateKey };
    if (known.size >= KEPT) known.delete(known.keys().next().value as string);
    known.set(user, identity);
    return identity;
  };
}
