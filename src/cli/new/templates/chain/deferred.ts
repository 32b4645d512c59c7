// What setup(), teardown() and the funding workers need, and users do not: one part of the script, made where it is used.
export { abortOnError, setUp } from "../../../../k6/setup.ts";
export { fundPool, topUp } from "../../../../k6/wallets/funding.ts";
export { sweep } from "../../../../k6/wallets/sweep.ts";
export { spec } from "./spec.ts";
