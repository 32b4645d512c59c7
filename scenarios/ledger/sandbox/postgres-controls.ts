// PostgreSQL among the services: its process, and the faults that end it for a time.
import * as v from "valibot";
import { createBook } from "../../../src/sandbox/counters.ts";
import { createFaults, durationSchema, FaultError } from "../../../src/sandbox/faults.ts";
import type { Controls } from "../../../src/sandbox/service.ts";
import { createOutage } from "./outage.ts";
import type { Postgres } from "./postgres.ts";

const flags = {
  /** Ends as in a power cut, and recovers when it is started again, after 2 s unless told otherwise. */
  kill: { for: v.optional(durationSchema, 2_000) },
  /** Ends in order, cutting its clients off, and is started again at once. */
  restart: { for: v.optional(durationSchema, 0) },
};

export function postgresControls(postgres: Postgres): Controls {
  const faults = createFaults("postgres", flags, { general: false });
  const book = createBook();
  const outage = createOutage({
    async halt(how) {
      await postgres.halt(how === "kill" ? "immediate" : "fast");
      book.count(`${how}s`);
    },
    resume: () => postgres.resume(),
    broken: (error) => book.error("start", error),
  });
  return {
    name: "postgres",
    url: `postgres://127.0.0.1:${postgres.port}`,
    counters: () => ({ ...book.counters(), ...(postgres.pid === undefined ? {} : { pid: postgres.pid }) }),
    errors: book.errors,
    reset: book.reset,
    faults: () => (outage.fault === undefined ? [] : [outage.fault]),
    async setFault(input) {
      if (outage.fault !== undefined)
        throw new FaultError(`PostgreSQL is down until its fault ${outage.fault.fault} ends: clear that first`);
      const fault = faults.set(input);
      await outage.begin(fault);
      return fault;
    },
    clearFaults: () => outage.end(),
    async close() {
      outage.close();
      await postgres.stop();
    },
  };
}
