// A time in which a part is down: it is ended when the outage begins, and started again when that is over or cleared.
import { type Fault, LONGEST_TIMER } from "../../../src/sandbox/faults.ts";

/** Something that can be ended and started again. */
export interface Restartable {
  /** Ends it in the way that the fault is called. */
  halt(how: string): Promise<void>;
  resume(): Promise<void>;
  /** Told when it could not be started again by the end of the outage. */
  broken(error: unknown): void;
}

export interface Outage {
  /** The fault that it is down for. */
  readonly fault: Fault | undefined;
  /** Ends the part; it is back after the fault's time. */
  begin(fault: Fault): Promise<void>;
  /** Starts the part again now. @returns how many faults that has ended */
  end(): Promise<number>;
  /** Leaves the part as it is. */
  close(): void;
}

export function createOutage(part: Restartable): Outage {
  let current: Fault | undefined;
  let timer: NodeJS.Timeout | undefined;
  let halting: Promise<void> = Promise.resolve();

  const end = async () => {
    clearTimeout(timer);
    await halting;
    if (current === undefined) return 0;
    await part.resume();
    current = undefined;
    return 1;
  };
  return {
    get fault() {
      return current;
    },
    async begin(fault) {
      current = { ...fault, seen: 1, applied: 1 };
      halting = part.halt(fault.fault);
      await halting;
      if (fault.for === 0) await end();
      else if (fault.for !== undefined && fault.for <= LONGEST_TIMER)
        timer = setTimeout(() => void end().catch((error) => part.broken(error)), fault.for);
    },
    end,
    close: () => clearTimeout(timer),
  };
}
