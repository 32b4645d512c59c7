// The loads of the space scenario: how many clients become members, and how long they talk.
import type { Profiles } from "../../src/core/load.ts";

const clients = (count: number, duration: string) => ({ kind: "clients", clients: count, duration }) as const;

export const spaceProfiles = {
  demo: { about: "a look at it", arrivals: clients(10, "30s") },
  small: { about: "the original's default", arrivals: clients(40, "3m") },
  medium: { about: "what one machine can fan out: each message to 200", arrivals: clients(200, "3m") },
  large: {
    about: "a thousand memberships minted, verified and joined, in 1.9 GB; nobody talks",
    arrivals: clients(1_000, "2m"),
    presets: { TALK: "false", CALL_TIMEOUT: "60s", JOIN_TIMEOUT: "180s" },
  },
} satisfies Profiles;
