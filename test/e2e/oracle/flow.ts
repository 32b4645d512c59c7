// The whole data-portability flow as an application writes it with the real SDK: nothing of ours on the client's side.
import type { UnifiedRelayerRequest, UnifiedRelayerResponse } from "@opendatalabs/vana-sdk/node";
import { type Address, createPublicClient, createWalletClient, type Hash, http } from "viem";
import type { LocalAccount } from "viem/accounts";
import type { VanaSdk } from "./sdk.ts";
import { openBucket } from "./storage.ts";

export type Relayer = (request: UnifiedRelayerRequest) => Promise<UnifiedRelayerResponse>;

export interface FlowTarget {
  readonly RPC_URL: string;
  readonly STORAGE_URL: string;
  readonly APP_URL: string;
  readonly PERSONAL_SERVER_URL: string;
}

export interface Shared {
  readonly hash: Hash;
  readonly permissionId: bigint;
  /** Whom the permission was booked to. */
  readonly user: Address;
  readonly fileUrl: string;
}

/** Milliseconds between two looks of the SDK at a receipt or an operation. */
const POLL = 200;

/** The SDK for one account. */
export async function vanaFor(sdk: VanaSdk, target: FlowTarget, account: LocalAccount, relayer?: Relayer) {
  const chain = { ...sdk.mokshaTestnet, rpcUrls: { default: { http: [target.RPC_URL] } } };
  const transport = http(target.RPC_URL);
  const walletClient = createWalletClient({ account, chain, transport });
  const publicClient = createPublicClient({ chain, transport, pollingInterval: POLL });
  const bucket = await openBucket(target.STORAGE_URL, "onrush-sandbox", "sdk");
  const vana = sdk.Vana({
    walletClient,
    publicClient,
    storage: { providers: { google: new sdk.CallbackStorage(bucket) }, defaultProvider: "google" },
    defaultPersonalServerUrl: target.PERSONAL_SERVER_URL,
    ...(relayer ? { relayer } : {}),
  });
  return { vana, walletClient };
}

/** A relayer callback as applications have it: the SDK hands it real bigints, which JSON has none of, and understands "signed" only. */
export function relayerAt(appUrl: string): Relayer {
  return async (request) => {
    const answer = await fetch(`${appUrl}/api/relay`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request, (_key, value) => (typeof value === "bigint" ? value.toString() : value)),
    });
    const body = (await answer.json()) as UnifiedRelayerResponse | { type: "submitted"; hash: Hash };
    return body.type === "submitted" ? { type: "signed", hash: body.hash } : body;
  };
}

/** A user's part: encrypts `data`, uploads it, shares its key with the user's personal server, and permits grantee 1 to ask `prompt`. */
export async function share(
  sdk: VanaSdk,
  target: FlowTarget,
  account: LocalAccount,
  { data, prompt, relayer }: { data: unknown; prompt: string; relayer?: Relayer },
): Promise<Shared> {
  const { vana, walletClient } = await vanaFor(sdk, target, account, relayer);
  const platform = new sdk.NodePlatformAdapter();
  const key = await sdk.generateEncryptionKey(walletClient, platform);
  const sealed = await sdk.encryptBlobWithSignedKey(JSON.stringify(data), key, platform);
  const file = await vana.data.uploadToStorage(sealed, `${account.address}.json`);

  const grantee = await vana.permissions.getGranteeById(1);
  if (!grantee) throw new Error("the SDK finds no grantee 1");
  const grant = sdk.createGrantFile({
    grantee: grantee.address as Address,
    operation: "llm_inference",
    files: [],
    parameters: { prompt, response_format: { type: "json_object" } },
  });
  const grantFile = await vana.data.uploadToStorage(
    new Blob([JSON.stringify(grant, null, 2)], { type: "application/json" }),
    `grant-${account.address}.json`,
  );

  const server = await vana.server.getIdentity({ userAddress: account.address });
  const serverAddress = server.address as Address;
  const sharedKey = await sdk.encryptWithWalletPublicKey(key, server.publicKey, platform);
  const transaction = await vana.permissions.submitAddServerFilesAndPermissions({
    granteeId: 1n,
    grant: grantFile.url,
    fileUrls: [file.url],
    schemaIds: [0],
    serverAddress,
    serverUrl: target.PERSONAL_SERVER_URL,
    serverPublicKey: server.publicKey,
    filePermissions: [[{ account: serverAddress, key: sharedKey }]],
  });
  const { expectedEvents } = await vana.waitForTransactionEvents(transaction, { pollingInterval: POLL });
  const { permissionId, user } = expectedEvents.PermissionAdded ?? {};
  if (permissionId === undefined || user === undefined) throw new Error("the SDK finds no PermissionAdded");
  return { hash: transaction.hash, permissionId, user, fileUrl: file.url };
}

/** The application's part: asks the personal server for the inference that the permission allows, and waits for its result. */
export async function infer(
  sdk: VanaSdk,
  target: FlowTarget,
  app: LocalAccount,
  permissionId: bigint,
): Promise<unknown> {
  const { vana } = await vanaFor(sdk, target, app);
  const started = await vana.server.createOperation({ permissionId: Number(permissionId) });
  const ended = await vana.server.waitForOperation(started, { pollingInterval: POLL, timeout: 20_000 });
  if (ended.status !== "succeeded") throw new Error(`the operation ended ${ended.status}`);
  return ended.result;
}
