import { type HDAccount, mnemonicToAccount } from "viem/accounts";
import { SANDBOX_MNEMONIC } from "./chain.ts";

/** Who acts in the sandbox besides the users. Paths that no user, funder or funding worker of a run is derived by. */
const paths = {
  /** The application: grantee 1. */
  app: "m/44'/60'/2'/0/0",
  /** Administrator of the contracts. */
  owner: "m/44'/60'/2'/0/1",
  /** Pays for what users only sign. */
  relayer: "m/44'/60'/2'/0/2",
  /** Owns the space, whose contracts it deploys with its first transactions. */
  spaceOwner: "m/44'/60'/2'/0/3",
  /** The stream node: signs what it adds to streams by itself. */
  node: "m/44'/60'/2'/0/4",
  /** Pays for the users' wallets: the account anvil makes rich. */
  funder: "m/44'/60'/0'/0/0",
} as const;

export type SandboxRole = keyof typeof paths;

/** The account of a role, from the sandbox's public test phrase. Its key is worth nothing anywhere else. */
export function sandboxAccount(role: SandboxRole): HDAccount {
  return mnemonicToAccount(SANDBOX_MNEMONIC, { path: paths[role] });
}
