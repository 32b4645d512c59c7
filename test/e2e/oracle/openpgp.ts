import { decrypt, readMessage } from "openpgp";

/** Decrypts a binary message with openpgp.js. @throws Error when the password is wrong or the message was changed */
export async function openpgpDecrypt(sealed: Uint8Array, password: string): Promise<Buffer> {
  const message = await readMessage({ binaryMessage: sealed });
  const { data } = await decrypt({ message, passwords: [password], format: "binary" });
  return Buffer.from(data as Uint8Array);
}
