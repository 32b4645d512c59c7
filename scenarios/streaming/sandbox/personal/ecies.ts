// ECIES on secp256k1 in eccrypto's format: iv(16) | ephemeral public key(65) | AES-256-CBC ciphertext | HMAC-SHA-256(32).
// node:crypto's ECDH, because a point multiplication in JavaScript costs a hundred times as much.
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

const IV = 16;
const POINT = 65;
const MAC = 32;
const SHORTEST = IV + POINT + 16 + MAC;

/** Keys from the shared X coordinate: SHA-512 of it, first half to encrypt, second to authenticate. */
function keysFrom(shared: Buffer): [Buffer, Buffer] {
  const hash = createHash("sha512").update(shared).digest();
  return [hash.subarray(0, 32), hash.subarray(32)];
}

/**
 * Decrypts what was encrypted to the public key of `privateKey`.
 * @throws Error when it is too short, not authentic, or no point of the curve
 */
export function eciesDecrypt(privateKey: Uint8Array, message: Uint8Array): Buffer {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  if (bytes.length < SHORTEST) throw new Error(`ECIES message of ${bytes.length} bytes is too short`);
  const iv = bytes.subarray(0, IV);
  const point = bytes.subarray(IV, IV + POINT);
  const ciphertext = bytes.subarray(IV + POINT, -MAC);
  const ecdh = createECDH("secp256k1");
  ecdh.setPrivateKey(privateKey);
  const [encryptionKey, macKey] = keysFrom(ecdh.computeSecret(point));
  const mac = createHmac("sha256", macKey).update(bytes.subarray(0, -MAC)).digest();
  if (!timingSafeEqual(mac, bytes.subarray(-MAC))) throw new Error("ECIES message is not authentic");
  const decipher = createDecipheriv("aes-256-cbc", encryptionKey, iv);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/** Encrypts to an uncompressed or compressed public key. */
export function eciesEncrypt(publicKey: Uint8Array, plaintext: Uint8Array): Buffer {
  const ecdh = createECDH("secp256k1");
  ecdh.generateKeys();
  const [encryptionKey, macKey] = keysFrom(ecdh.computeSecret(publicKey));
  const iv = randomBytes(IV);
  const cipher = createCipheriv("aes-256-cbc", encryptionKey, iv);
  const head = Buffer.concat([iv, ecdh.getPublicKey(), cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([head, createHmac("sha256", macKey).update(head).digest()]);
}
