// The system that the chat scenario loads, as data.
import type { Target } from "../../../src/sandbox/system.ts";

export const target: Target = {
  services: {
    gate1: { port: 14804, about: "chat over gRPC: gate.GateService, with reflection and health" },
    gate2: { port: 14805, about: "the other gate to the same rooms" },
  },
  settings: {},
  start: async (ground) => (await import("./start.ts")).startChat(ground),
};
