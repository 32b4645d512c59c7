export { type CompiledLoad, compileArrivals } from "./compile.ts";
export { planArrivals } from "./plan.ts";
export { ALONE, type Instance, instanceOf, shareOf } from "./segments.ts";
export { type Arrivals, ArrivalsError } from "./types.ts";
