// What setup(), teardown() and the root need, and the other clients do not: one part of the script, made where it is used.
export { setUp } from "../../src/k6/setup.ts";
export { prepareSetup as prepareGround } from "./journey/preflight.ts";
export { Root } from "./journey/root.ts";
export { probeAfterwards } from "./journey/stranger.ts";
export { spec } from "./spec.ts";
