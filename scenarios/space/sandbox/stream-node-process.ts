// Entry of the stream node's own process (bundled to dist/cli/stream-node-process.mjs): see index.ts.
import { serveToParent } from "../../../src/sandbox/remote-service.ts";
import { createStreamNode } from "./node.ts";

serveToParent(createStreamNode);
