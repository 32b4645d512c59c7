// What one client did and saw: its numbers, its latencies, and the original's line about them.

import { grouped } from "../../../src/core/format.ts";
import { formatMs } from "../../../src/core/summary/text.ts";
import type { DeliveryTally } from "../../../src/k6/delivery.ts";

/** Latencies kept for a client's own line; the newest replace the oldest. */
const KEPT = 1_000;

export class ClientTally implements DeliveryTally {
  actions = 0;
  sent = 0;
  received = 0;
  echoed = 0;
  late = 0;
  unacknowledged = 0;
  duplicated = 0;
  reordered = 0;
  altered = 0;
  readonly #latencies = new Float64Array(KEPT);
  #timed = 0;

  delivered(latency: number): void {
    this.#latencies[this.#timed++ % KEPT] = latency;
  }

  #percentile(share: number): string {
    const count = Math.min(this.#timed, KEPT);
    if (count === 0) return "-";
    const sorted = this.#latencies.slice(0, count).sort();
    return formatMs(sorted[Math.min(count - 1, Math.floor(share * count))] ?? 0);
  }

  /** The client's row of the statistics. */
  line(number: number, name: string, room: string | undefined, lost: number): string {
    const client = `Client ${String(number).padStart(2)} (${name.padEnd(20)})`;
    const counts = `Actions: ${grouped(this.actions).padStart(5)} | Messages: ${grouped(this.sent).padStart(5)}`;
    const delivery = `P50 ${this.#percentile(0.5)} P95 ${this.#percentile(0.95)} P99 ${this.#percentile(0.99)}`;
    return `${client}: Room: ${(room ?? "-").padEnd(15)} | ${counts} | Received: ${grouped(this.received)} | Lost: ${lost} | ${delivery}`;
  }
}
