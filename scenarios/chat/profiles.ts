// The loads of the chat scenario: how many clients, for how long.
import type { Profiles } from "../../src/core/load.ts";

/** Between the starts of two clients, as in the original. */
const stagger = "200ms";
const clients = (count: number, duration: string) => ({ kind: "clients", clients: count, duration, stagger }) as const;

export const chatProfiles = {
  demo: { about: "a look at it", arrivals: clients(10, "30s") },
  standard: { about: "the original's default", arrivals: clients(10, "2h") },
  quick: { about: "does it work", arrivals: clients(5, "1m") },
  medium: { about: "half an hour of talk", arrivals: clients(20, "30m") },
  full: { about: "the original's full size", arrivals: clients(50, "2h") },
  stress: { about: "as many as the rooms can take", arrivals: clients(200, "10m") },
} satisfies Profiles;
