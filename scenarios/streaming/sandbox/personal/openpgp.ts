import { createDecipheriv, createHash } from "node:crypto";
import { decrypt, readMessage } from "openpgp";

const AES256 = 9;
const ITERATED = 3;
const SHA256 = 8;

/**
 * Decrypts a binary OpenPGP message with a password.
 * @throws Error when it is no OpenPGP message, the password is wrong, or the content was changed
 */
export async function decryptFile(bytes: Uint8Array, password: string): Promise<Uint8Array> {
  const message = await readMessage({ binaryMessage: bytes });
  const sessionKey = sessionKeyOf(message.packets[0]?.write(), password);
  const opened = sessionKey
    ? { sessionKeys: { data: sessionKey, algorithm: "aes256" as const } }
    : { passwords: [password] };
  const { data } = await decrypt({ message, ...opened, format: "binary" });
  return data as Uint8Array;
}

/**
 * The session key in a packet as the users' library writes it (version 4, AES-256, iterated and salted SHA-256); undefined for any other, which openpgp
 * opens by itself. Deriving the key takes 16 MiB of SHA-256 in any case; but openpgp puts all of it into one array first, which costs as much again.
 */
function sessionKeyOf(packet: Uint8Array | undefined, password: string): Uint8Array | undefined {
  if (packet?.length !== 46) return undefined;
  const [version, cipher, s2k, hash] = packet;
  if (version !== 4 || cipher !== AES256 || s2k !== ITERATED || hash !== SHA256) return undefined;
  const key = iteratedSha256(packet.subarray(4, 12), Buffer.from(password, "utf8"), packet[12] ?? 0);
  const decipher = createDecipheriv("aes-256-cfb", key, new Uint8Array(16));
  const [algorithm, ...session] = Buffer.concat([decipher.update(packet.subarray(13)), decipher.final()]);
  if (algorithm !== AES256) throw new Error("wrong password");
  return Uint8Array.from(session);
}

/** RFC 4880, 3.7.1.3: SHA-256 over salt and password, repeated up to the coded number of bytes. */
function iteratedSha256(salt: Uint8Array, password: Uint8Array, coded: number): Buffer {
  const once = Buffer.concat([salt, password]);
  const count = Math.max((16 + (coded & 15)) << ((coded >> 4) + 6), once.length);
  const many = Buffer.concat(Array.from({ length: 512 }, () => once));
  const hash = createHash("sha256");
  let left = count;
  for (; left >= many.length; left -= many.length) hash.update(many);
  return hash.update(many.subarray(0, left)).digest();
}
