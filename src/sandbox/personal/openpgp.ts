import { decrypt, readMessage } from "openpgp";

/**
 * Decrypts a binary OpenPGP message with a password. Deriving the key from it (16 MiB of SHA-256) is most of the work.
 * @throws Error when it is no OpenPGP message, the password is wrong, or the content was changed
 */
export async function decryptFile(bytes: Uint8Array, password: string): Promise<Uint8Array> {
  const message = await readMessage({ binaryMessage: bytes });
  const { data } = await decrypt({ message, passwords: [password], format: "binary" });
  return data as Uint8Array;
}
