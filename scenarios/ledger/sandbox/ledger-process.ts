// Entry of the ledger's own process (bundled to dist/cli/ledger-process.mjs): see start-ledger.ts.
import { serveToParent } from "../../../src/sandbox/remote-service.ts";
import { createLedger } from "./ledger.ts";

serveToParent(createLedger);
