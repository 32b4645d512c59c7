// GnuPG, which the real personal server decrypts with.
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support.ts";

/** Whether this machine has it; nothing else of the tests needs it. */
export const gpgInstalled = spawnSync("gpg", ["--version"]).status === 0;

/**
 * Decrypts binary OpenPGP messages of one password.
 * @throws Error with what gpg said when it does not
 */
export function gpgDecrypt(messages: readonly Uint8Array[], password: string): Buffer[] {
  const home = temporaryFolder();
  const options = { env: { PATH: process.env.PATH ?? "", GNUPGHOME: home }, input: password, maxBuffer: 64 << 20 };
  try {
    return messages.map((message, i) => {
      const file = join(home, `${i}.pgp`);
      writeFileSync(file, message);
      return execFileSync(
        "gpg",
        ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase-fd", "0", "--decrypt", file],
        { ...options, stdio: "pipe" },
      );
    });
  } finally {
    // gpg leaves an agent behind, one for each home.
    spawnSync("gpgconf", ["--kill", "gpg-agent"], options);
  }
}
