import { sandboxAccount } from "../../../src/sandbox/accounts.ts";

/** The application: grantee 1. */
export const appAccount = () => sandboxAccount(0);

/** Pays for what users only sign. */
export const relayerAccount = () => sandboxAccount(2);
