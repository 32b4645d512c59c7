// The system that the streaming scenario loads: what a data-portability user meets beside the chain.

import type { ValuesOf } from "../../../src/core/settings/table.ts";
import { SANDBOX_CHAIN_ID, SANDBOX_MNEMONIC } from "../../../src/sandbox/chain.ts";
import { type Ground, type System, together } from "../../../src/sandbox/system.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { createApp } from "./app.ts";
import { chainFacts } from "./chain-facts.ts";
import { deployContracts, setPermissionsFault } from "./contracts.ts";
import type { StreamingTarget } from "./index.ts";
import { startPersonalServer } from "./start-personal-server.ts";
import { createStorage, SANDBOX_BUCKET } from "./storage.ts";

/** Starts storage, personal server, app and relayer, and puts the contracts on the chain. */
export async function startPortability(
  ground: Ground,
  { LATENCY: latency, RELAY_ANSWER: relayAnswer, REAL_LIMITS: realLimits }: ValuesOf<StreamingTarget>,
): Promise<System> {
  ground.extendChain({
    facts: async () => chainFacts(await ground.chain())(),
    faults: { "wrong-grantor": async (on) => setPermissionsFault(await ground.chain(), on) },
  });
  const [chain, storage] = await together(
    ground.chain(),
    (async () => {
      const storage = await createStorage({ port: ground.portOf("storage") });
      await storage.listen();
      return ground.started(storage);
    })(),
  );
  const start = Math.round((latency * 2) / 7);
  const [personal] = await together(
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
