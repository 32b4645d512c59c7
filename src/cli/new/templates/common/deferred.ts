// What setup() needs and users do not: one part of the script, made where it is used.
export { setUp } from "../../../../k6/setup.ts";
export { spec } from "./spec.ts";
