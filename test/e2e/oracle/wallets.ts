import { createHash } from "node:crypto";
import { bytesToHex, type Hex } from "viem";
import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";

/** An account of the sandbox's phrase. */
export function walletAt(path: `m/44'/60'/${string}`): HDAccount {
  return mnemonicToAccount(SANDBOX_MNEMONIC, { path });
}

export function privateKeyOf(account: HDAccount): Hex {
  const { privateKey } = account.getHdKey();
  if (!privateKey) throw new Error("the account has no private key");
  return bytesToHex(privateKey);
}

/** The key that the personal server holds for a user: the index follows from the user's address. */
export function serverWalletOf(user: string): HDAccount {
  const index = createHash("sha256").update(user.toLowerCase()).digest().readUInt32BE(0) % 2 ** 31;
  return walletAt(`m/44'/60'/0'/0/${index}`);
}
