import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
afterAll(() => controls?.close());

/** Whether the chain answers within 300 ms. */
const answers = () => Promise.race([chain.rpc("eth_blockNumber").then(() => true), sleep(300, false)]);

describe("the chain's faults", () => {
  it("pause stops it for the given time", async () => {
    await controls.setFault({ fault: "pause", for: "1500ms" });
    expect(await answers()).toBe(false);
    expect(await controls.counters()).toMatchObject({ paused: 1, pauses: 1 });
    await sleep(1_400);
    expect(await answers()).toBe(true);
    expect(await controls.counters()).toMatchObject({ paused: 0, block: expect.any(Number) });
  });

  it("pause without a time lasts until it is cleared", async () => {
    const { id } = await controls.setFault({ fault: "pause" });
    expect(await answers()).toBe(false);
    await controls.clearFaults(id);
    expect(await answers()).toBe(true);
  });

  it("wrong-grantor changes the contract's code and back, in a pause too", async () => {
    const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
    const implementation = () =>
      chain.rpc<string>("eth_getStorageAt", ["0xD54523048AdD05b4d734aFaE7C68324Ebb7373eF", slot, "latest"]);
    const right = await implementation();
    await controls.setFault({ fault: "pause" });
    await controls.setFault({ fault: "wrong-grantor" });
    expect(await answers()).toBe(false);
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
