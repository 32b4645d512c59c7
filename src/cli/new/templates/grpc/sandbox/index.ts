// The system that the example scenario loads, as data.
import type { Target } from "../../../../../sandbox/system.ts";

export const target: Target = {
  services: { example: { port: 14899, about: "notes over gRPC: example.Notes" } },
  settings: {},
  start: async (ground) => (await import("./start.ts")).startNotes(ground),
};
