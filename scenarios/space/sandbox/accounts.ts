import { sandboxAccount } from "../../../src/sandbox/accounts.ts";

/** Owns the space, whose contracts it deploys with its first transactions. */
export const spaceOwnerAccount = () => sandboxAccount(3);

/** The stream node: signs what it adds to streams by itself. */
export const nodeAccount = () => sandboxAccount(4);
