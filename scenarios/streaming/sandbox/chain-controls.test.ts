import { execFileSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Chain, startChain } from "../../../src/sandbox/chain.ts";
import { chainControls } from "../../../src/sandbox/chain-controls.ts";
import type { Controls } from "../../../src/sandbox/service.ts";
import { deployContracts, setPermissionsFault } from "./contracts.ts";

let chain: Chain;
let controls: Controls;
beforeAll(async () => {
  chain = await startChain({ port: 0, blockTime: 60 });
  await deployContracts(chain);
  const ofChain = chainControls();
  ofChain.extend({ faults: { "wrong-grantor": (on) => setPermissionsFault(chain, "wrong-grantor", on) } });
  controls = ofChain.of(chain);
}, 30_000);
afterEach(() => void vi.useRealTimers());
afterAll(() => controls?.close());

/** Whether the chain's process stands still. */
const stopped = () => /^T/.test(execFileSync("ps", ["-o", "stat=", "-p", String(chain.pid)], { encoding: "utf8" }));

/** Asks the chain for its block. */
function ask() {
  let answered = false;
  const answer = chain.rpc("eth_blockNumber").then(() => {
    answered = true;
  });
  return { answer, answered: () => answered };
}

describe("the chain's faults", () => {
  it("pause stops it for the given time", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    await controls.setFault({ fault: "pause", for: "1500ms" });
    const asked = ask();
    await vi.advanceTimersByTimeAsync(1_499);
    expect(await controls.counters()).toMatchObject({ paused: 1, pauses: 1 });
    expect([stopped(), asked.answered()]).toEqual([true, false]);
    await vi.advanceTimersByTimeAsync(2);
    await asked.answer;
    expect(stopped()).toBe(false);
    expect(await controls.counters()).toMatchObject({ paused: 0, block: expect.any(Number) });
  });

  it("pause without a time lasts until it is cleared", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { id } = await controls.setFault({ fault: "pause" });
    const asked = ask();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(await controls.counters()).toMatchObject({ paused: 1 });
    expect([stopped(), asked.answered()]).toEqual([true, false]);
    await controls.clearFaults(id);
    await asked.answer;
    expect(stopped()).toBe(false);
  });

  it("wrong-grantor changes the contract's code and back, in a pause too", async () => {
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const implementation = () =>
      chain.rpc<string>("eth_getStorageAt", ["0xD54523048AdD05b4d734aFaE7C68324Ebb7373eF", slot, "latest"]);
    const right = await implementation();
    await controls.setFault({ fault: "pause" });
    await controls.setFault({ fault: "wrong-grantor" });
    expect(stopped()).toBe(true);
    await controls.clearFaults((await controls.faults())[0]?.id);
    expect(await implementation()).not.toBe(right);
    await controls.clearFaults();
    expect(await implementation()).toBe(right);
  });

  it("knows no fault of HTTP services", async () => {
    await expect(controls.setFault({ fault: "latency", ms: 1 })).rejects.toThrow(
      /chain has no fault "latency".*known: pause, wrong-grantor/,
    );
  });
});
