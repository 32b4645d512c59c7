// The system that the example scenario loads, as data: the sandbox's chain with a contract of its own.
import type { Target } from "../../../../../sandbox/system.ts";

export const target: Target = {
  services: {},
  settings: {},
  start: async (ground) => (await import("./start.ts")).startToken(ground),
};
