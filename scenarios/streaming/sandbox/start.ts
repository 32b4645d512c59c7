// The system that the streaming scenario loads: what a data-portability user meets beside the chain.

import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import { SANDBOX_CHAIN_ID } from "../../../src/sandbox/chain.ts";
import { awaitAll, type Ground, type System } from "../../../src/sandbox/system.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { createApp } from "./app.ts";
import { chainFacts } from "./chain-facts.ts";
import { deployContracts, permissionsFaults, setPermissionsFault } from "./contracts.ts";
import type { RelayMode } from "./relay-modes.ts";
import { startPersonalServer } from "./start-personal-server.ts";
import { createStorage, SANDBOX_BUCKET } from "./storage.ts";

interface PortabilityOptions {
  /** Milliseconds an inference takes; two sevenths of it are spent in `starting`. */
  readonly latency: number;
  readonly relayAnswer: RelayMode;
  /** The real personal server's default rate limits. */
  readonly realLimits: boolean;
}

/** Starts storage, personal server, app and relayer, and puts the contracts on the chain. */
export async function startPortability(
  ground: Ground,
  { latency, relayAnswer, realLimits }: PortabilityOptions,
): Promise<System> {
  let facts: ReturnType<typeof chainFacts> | undefined;
  ground.extendChain({
    facts: () => facts?.() ?? Promise.resolve({}),
    faults: Object.fromEntries(
      permissionsFaults.map((fault) => [fault, async (on) => setPermissionsFault(await ground.chain(), fault, on)]),
    ),
  });
  const [chain, storage] = await awaitAll(
    ground.chain(),
    (async () => {
      const storage = await createStorage({ port: ground.portOf("storage") });
      await storage.listen();
      return ground.started(storage);
    })(),
  );
  facts = chainFacts(chain);
  const start = Math.round((latency * 2) / 7);
  const [personal] = await awaitAll(
    startPersonalServer({
      port: ground.portOf("personal"),
      rpcUrl: chain.url,
      mnemonic: SANDBOX_MNEMONIC,
      latency: { start, process: latency - start },
      realLimits,
    }).then(ground.started),
    deployContracts(chain),
  );
  const app = createApp({
    port: ground.portOf("app"),
    rpcUrl: chain.url,
    chainId: chain.chainId,
    personalServerUrl: personal.url,
    app: appAccount(),
    relayer: relayerAccount(),
    relayAnswer,
  });
  await app.listen();
  ground.started(app);
  return {
    environment: {
      RPC_URL: chain.url,
      CHAIN_ID: String(SANDBOX_CHAIN_ID),
      STORAGE_URL: storage.url,
      STORAGE_BUCKET: SANDBOX_BUCKET,
      APP_URL: app.url,
      PERSONAL_SERVER_URL: personal.url,
    },
    ...(personal.pid === undefined ? {} : { processes: { personal: personal.pid } }),
    ...(personal.failed === undefined ? {} : { failed: personal.failed }),
  };
}
