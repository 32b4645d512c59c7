import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { SANDBOX_MNEMONIC } from "../core/settings/common.ts";

/**
 * Who acts in the sandbox besides the users, from its public test phrase: m/44'/60'/2'/0/i, a branch that no user, funder or funding worker of a run is derived
 * by. 0 to 9 are shared between systems by role; a system's own roles name their index.
 */
export const sandboxAccount = (index: number): HDAccount =>
  mnemonicToAccount(SANDBOX_MNEMONIC, { accountIndex: 2, addressIndex: index });

/** Administrator of the contracts. */
export const ownerAccount = (): HDAccount => sandboxAccount(1);

/** Pays for the users' wallets: the account that anvil makes rich. */
export const funderAccount = (): HDAccount => mnemonicToAccount(SANDBOX_MNEMONIC);
