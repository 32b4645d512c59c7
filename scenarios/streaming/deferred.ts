// What setup(), teardown() and the funding workers need, and users do not: one part of the script, made where it is used.
export { abortOnError, setUp } from "../../src/k6/setup.ts";
export { fundPool, topUp } from "../../src/k6/wallets/funding.ts";
export { sweep } from "../../src/k6/wallets/sweep.ts";
export { checkParts, checkTarget } from "./journey/preflight.ts";
export { spec } from "./spec.ts";
