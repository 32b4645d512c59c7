export { type CompiledLoad, compileArrivals } from "./compile.ts";
export { planArrivals } from "./plan.ts";
export { type RoundPlan, roundsOf } from "./rounds.ts";
export { ALONE, type Instance, instanceOf, shareOf } from "./segments.ts";
export { type Arrivals, ArrivalsError, type Rounds } from "./types.ts";
