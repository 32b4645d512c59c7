// Entry of the personal server's own process (bundled to dist/cli/personal-server-process.mjs): see start-personal-server.ts.

import { serveToParent } from "../../../src/sandbox/remote-service.ts";
import { createPersonalServer } from "./personal-server.ts";

serveToParent(createPersonalServer);
