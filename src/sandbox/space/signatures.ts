// Hashes and signatures of events: what makes an event its creator's.
import { concat, type Hex, hashMessage, keccak256, recoverAddress, recoverPublicKey, stringToBytes, toHex } from "viem";
import { sign } from "viem/accounts";

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
export async function signHash(hash: Hex, privateKey: Hex): Promise<Uint8Array> {
  const bytes = await sign({ hash, privateKey, to: "bytes" });
  bytes[64] = (bytes[64] as number) - 27;
  return bytes;
}

/** The uncompressed public key that signed. @throws Error when it is no signature */
export const signerOf = (hash: Hex, signature: Uint8Array): Promise<Hex> => recoverPublicKey({ hash, signature });

/** What a wallet signs (EIP-191) to let another key sign its events until the expiry. @param expiry milliseconds since 1970 */
export const delegateMessage = (publicKey: Hex, expiry: number) => ({
  raw: concat([toHex(DELEGATE), publicKey, toHex(int64(expiry))]),
});

/** Delegations that are remembered as right, so that a device's second event costs one recovery and not two. */
const REMEMBERED = 20_000;

export interface Delegations {
  /** Whose wallet let the key sign, in lower case. @throws Error when it is no signature */
  grantorOf(publicKey: Hex, expiry: number, signature: Uint8Array): Promise<Hex>;
}

/** @param count told of each signature that had to be recovered */
export function createDelegations(count: () => void): Delegations {
  const known = new Map<string, Hex>();
  return {
    async grantorOf(publicKey, expiry, signature) {
      const key = `${publicKey} ${expiry} ${toHex(signature)}`;
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      count();
      const hash = hashMessage(delegateMessage(publicKey, expiry));
      const grantor = (await recoverAddress({ hash, signature })).toLowerCase() as Hex;
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, grantor);
      return grantor;
    },
  };
}
