// The ledger in a process of its own, which its fault `kill` ends by SIGKILL and starts again, on the same port, with nothing but what the database has.

import { createBook } from "../../../src/sandbox/counters.ts";
import { FaultError } from "../../../src/sandbox/faults.ts";
import { type StartedService, startInOwnProcess } from "../../../src/sandbox/own-process.ts";
import { createLedger, type LedgerOptions } from "./ledger.ts";
import { createOutage } from "./outage.ts";

const ledger = {
  name: "ledger",
  title: "ledger",
  entry: "ledger-process.mjs",
  create: createLedger,
};

/** Starts the ledger and resolves when it listens. @throws PortTakenError, or an Error of that name from its process */
export async function startLedger(options: LedgerOptions): Promise<StartedService> {
  const book = createBook();
  let service = await startInOwnProcess(ledger, options);
  const { url } = service;
  const samePort = { ...options, port: Number(new URL(url).port) };
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // whoever wants to know waits for it
  const watch = () => {
    const watched = service;
    watched.failed?.catch((error) => {
      if (watched === service && outage.fault === undefined) fail(error);
    });
  };

  const outage = createOutage({
    async halt() {
      if (service.pid === undefined) return;
      const ended = service.failed?.catch(() => {});
      process.kill(service.pid, "SIGKILL");
      await ended;
      book.count("kills");
    },
    async resume() {
      service = await startInOwnProcess(ledger, samePort);
      watch();
    },
    broken: (error) => fail(error as Error),
  });
  watch();

  /** The process, if there is one at present. */
  const running = () => (outage.fault === undefined ? service : undefined);
  return {
    name: "ledger",
    url,
    failed,
    ...(service.pid === undefined ? {} : { pid: service.pid }),
    async counters() {
      const own = { ...book.counters(), ...(running()?.pid === undefined ? {} : { pid: Number(service.pid) }) };
      return { ...(await running()?.counters()), ...own };
    },
    errors: async () => (await running()?.errors()) ?? [],
    async reset() {
      book.reset();
      await running()?.reset();
    },
    faults: async () => (outage.fault === undefined ? service.faults() : [outage.fault]),
    async setFault(input) {
      if (outage.fault !== undefined)
        throw new FaultError("the ledger is down until its fault kill ends: clear that first");
      if ((input as { fault?: unknown } | null)?.fault === "kill" && service.pid === undefined)
        throw new FaultError("the ledger can only be killed where it runs in a process of its own");
      const fault = await service.setFault(input);
      if (fault.fault === "kill") await outage.begin(fault);
      return fault;
    },
    clearFaults: async (id) => (outage.fault === undefined ? service.clearFaults(id) : outage.end()),
    async close() {
      outage.close();
      await running()?.close();
    },
  };
}
