// The system that the streaming scenario loads, as data.
import { setting } from "../../../src/core/settings/table.ts";
import { choice, duration, flag } from "../../../src/core/settings/types.ts";
import type { Target } from "../../../src/sandbox/system.ts";
import { relayModes } from "./relay-modes.ts";

const settings = {
  LATENCY: setting(duration, "700ms", "how long an inference takes"),
  RELAY_ANSWER: setting(choice(...relayModes), "submitted", `how the relayer answers: ${relayModes.join(", ")}`),
  REAL_LIMITS: setting(
    flag,
    false,
    "the real personal server's default rate limits: 120 identities a minute, 100 operations an hour",
  ),
};

export const target: Target<typeof settings> = {
  services: {
    storage: { port: 14801, about: "Google Cloud Storage: tokens, resumable uploads, signed URLs" },
    app: { port: 14802, about: "/api/relay, /api/trusted-server, /api/trusted-server/poll" },
    personal: { port: 14803, about: "personal server: /identity, /operations" },
  },
  settings,
  start: async (ground, { LATENCY, RELAY_ANSWER, REAL_LIMITS }) =>
    (await import("./start.ts")).startPortability(ground, {
      latency: LATENCY,
      relayAnswer: RELAY_ANSWER,
      realLimits: REAL_LIMITS,
    }),
};
