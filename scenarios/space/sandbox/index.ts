// The system that the space scenario loads, as data. What starts it makes its messages from a .proto file, without which the command's other uses must start too.
import { formatDuration, parseDuration } from "../../../src/core/duration.ts";
import { setting } from "../../../src/core/settings/table.ts";
import { duration, parsedBy } from "../../../src/core/settings/types.ts";
import type { Target } from "../../../src/sandbox/system.ts";

/** Milliseconds between miniblocks below which signing their headers would be all that the node does. */
const SHORTEST_MINIBLOCK = 50;

const miniblockTime = parsedBy(duration.accepts, (text) => {
  const ms = parseDuration(text);
  if (ms < SHORTEST_MINIBLOCK) throw new Error(`must be at least ${formatDuration(SHORTEST_MINIBLOCK)}`);
  return ms;
});

const settings = {
  MINIBLOCK_TIME: setting(miniblockTime, "2s", "time between the stream node's miniblocks"),
  GRANTED_FOR: setting(duration, "15m", "how long the stream node remembers that somebody is a member"),
  DENIED_FOR: setting(duration, "2s", "how long it remembers that somebody is none"),
};

export const target: Target<typeof settings> = {
  services: {
    node: { port: 14808, about: "River's StreamService over gRPC: single node, no replication, no key exchange" },
  },
  settings,
  start: async (ground, { MINIBLOCK_TIME, GRANTED_FOR, DENIED_FOR }) =>
    (await import("./start.ts")).startSpace(ground, {
      miniblockMs: MINIBLOCK_TIME,
      remembered: { granted: GRANTED_FOR, denied: DENIED_FOR },
    }),
};
