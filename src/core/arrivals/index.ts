export { type CompiledLoad, compileArrivals, type Executor } from "./compile.ts";
export { describeArrivals } from "./describe.ts";
export { instantsOf, MOST_ARRIVALS, type Plan, planArrivals } from "./plan.ts";
export { ALONE, type Instance, instanceOf, shareOf } from "./segments.ts";
export { stagesOf } from "./stages.ts";
export { dispersionTest, gapTest, peakPerSecond, startsOf } from "./statistics.ts";
export { type Arrivals, ArrivalsError, type OpenArrivals } from "./types.ts";
