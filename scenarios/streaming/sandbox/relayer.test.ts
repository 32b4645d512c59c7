import { encodeFunctionData, type Hex } from "viem";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import { type Chain, startChain } from "../../../src/sandbox/chain.ts";
import { chainControls } from "../../../src/sandbox/chain-controls.ts";
import type { Service } from "../../../src/sandbox/service.ts";
import { addresses } from "../abi/addresses.ts";
import { permissionsAbi } from "../abi/generated.ts";
import { permissionsDomain, typedDataTypes } from "../abi/typed-data.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { createApp } from "./app.ts";
import { deployContracts } from "./contracts.ts";
import { createPersonalServer } from "./personal-server.ts";
import { type FileHost, startFileHost } from "./testing/file-host.ts";
import {
  encryptFile,
  minedPermission,
  passwordOf,
  personalData,
  shareKey,
  signedPermission,
  userAccount,
} from "./testing/user.ts";

const OPERATION = "submitAddServerFilesAndPermissions";
const relayer = relayerAccount();
let chain: Chain;
let personal: Service;
let service: Service;
let host: FileHost;
let users = 0;

beforeAll(async () => {
  // A slow block time, so that what the tests see is what they mine.
  [chain, host] = await Promise.all([startChain({ port: 0, blockTime: 60, gasLimit: 1_000_000_000 }), startFileHost()]);
  await deployContracts(chain);
  personal = createPersonalServer({
    port: 0,
    rpcUrl: chain.url,
    mnemonic: SANDBOX_MNEMONIC,
    latency: { start: 10, process: 10 },
  });
  await personal.listen();
  service = createApp({
    port: 0,
    rpcUrl: chain.url,
    chainId: 14800,
    personalServerUrl: personal.url,
    app: appAccount(),
    relayer,
    relayAnswer: "submitted",
  });
  await service.listen();
}, 30_000);
afterEach(() => {
  service.clearFaults();
  personal.clearFaults();
  service.reset();
});
afterAll(async () => {
  await Promise.all([service?.close(), personal?.close(), host?.close(), chain?.stop()]);
});

/** Gives a wait for a counter to have grown by so much from now on. */
async function growth(counter: string) {
  const now = async () => (await service.counters())[counter] ?? 0;
  const before = await now();
  return (by: number) => vi.waitUntil(async () => (await now()) >= before + by, { timeout: 10_000 });
}
/** The wait for transactions that the node has. */
const submissions = () => growth("transactions.submitted");

/** What the answer holds is for each test to say. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type ResponseBody = any;
const post = async (path: string, body: unknown) => {
  const response = await fetch(service.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: (await response.json()) as ResponseBody,
  };
};
const relay = (body: unknown) => post("/api/relay", body);

const server = { address: userAccount(9_999).address, public_key: `0x04${"11".repeat(64)}` };
/** A signed request of a user who has made none before. */
async function fresh() {
  const n = users++;
  const user = userAccount(n);
  const request = await signedPermission({
    user,
    server: { ...server, address: userAccount(5_000 + n).address },
    grantUrl: `http://grant/${n}`,
    fileUrls: [`http://file/${n}`],
    key: "ab",
  });
  return { user, request };
}
const nonceOf = async (tag: string) => Number(await chain.rpc<Hex>("eth_getTransactionCount", [relayer.address, tag]));

describe("a signed request", () => {
  it("is verified, submitted and mined for its signer", async () => {
    const { user, request } = await fresh();
    const { status, body } = await relay({ type: "signed", operation: OPERATION, ...request });
    expect([status, body]).toEqual([200, { type: "submitted", hash: expect.stringMatching(/^0x[0-9a-f]{64}$/) }]);
    expect(await minedPermission(chain, body.hash)).toMatchObject({ user: user.address });
  });

  it("in the form without types is answered as the original's server did", async () => {
    const { user, request } = await fresh();
    const { body } = await relay(request);
    expect(body).toEqual({ success: true, transactionHash: expect.any(String) });
    expect(await minedPermission(chain, body.transactionHash)).toMatchObject({ user: user.address });
    const wrong = await relay({ ...request, expectedUserAddress: server.address });
    expect([wrong.status, wrong.body]).toEqual([
      400,
      { success: false, error: expect.stringContaining("does not match expected user") },
    ]);
  });

  it("repeated after a lost answer gets its hash, and one transaction", async () => {
    const { request } = await fresh();
    const body = { type: "signed", operation: OPERATION, ...request };
    service.setFault({ fault: "drop", after: true, times: 1, path: "/api/relay" });
    await expect(relay(body)).rejects.toThrow("fetch failed");
    const before = await nonceOf("pending");
    const again = await relay(body);
    expect(await minedPermission(chain, again.body.hash)).toBeDefined();
    expect(await nonceOf("pending")).toBe(before);
    expect(service.counters()).toMatchObject({ "transactions.submitted": 1, "relay.repeated": 1 });
  });

  const refused: [string, (request: Awaited<ReturnType<typeof signedPermission>>) => object, RegExp][] = [
    [
      "another user's signature",
      (r) => ({ ...r, expectedUserAddress: userAccount(4_000).address }),
      /Recovered signer address .* does not match expected user/,
    ],
    [
      "a changed message",
      (r) => ({ ...r, typedData: { ...r.typedData, message: { ...r.typedData.message, grant: "http://evil" } } }),
      /does not match expected user/,
    ],
    ["no signature", (r) => ({ ...r, signature: "0x" }), /65 bytes/],
    ["a signature that is none", (r) => ({ ...r, signature: `0x${"00".repeat(65)}` }), /Signature verification failed/],
    [
      "another chain",
      (r) => ({ ...r, typedData: { ...r.typedData, domain: permissionsDomain(1480) } }),
      /domain has chainId 1480/,
    ],
    [
      "another contract",
      (r) => ({ ...r, typedData: { ...r.typedData, domain: permissionsDomain(14800, server.address as Hex) } }),
      /domain has verifyingContract/,
    ],
    [
      "an operation of another type",
      (r) => ({ ...r, operation: "submitTrustServer" }),
      /does not fit typed data of type ServerFilesAndPermission/,
    ],
    [
      "an unknown type",
      (r) => ({ ...r, typedData: { ...r.typedData, primaryType: "constructor" } }),
      /Unsupported operation type: constructor/,
    ],
    [
      "a message without its fields",
      (r) => ({ ...r, typedData: { ...r.typedData, message: {} } }),
      /verification failed/,
    ],
    ["no typed data", (r) => ({ ...r, typedData: null }), /typedData must be an object/],
  ];
  it.each(refused)("with %s is refused in HTTP 200", async (_, change, message) => {
    const { request } = await fresh();
    const before = await nonceOf("pending");
    const { status, body } = await relay({ type: "signed", operation: OPERATION, ...request, ...change(request) });
    expect([status, body]).toEqual([200, { type: "error", error: expect.stringMatching(message) }]);
    expect(await nonceOf("pending")).toBe(before);
  });

  it("of an unknown form is refused", async () => {
    expect((await relay({ type: "hello" })).body).toEqual({ type: "error", error: "Unknown request type: hello" });
    expect((await relay({ type: "direct", operation: "storeGrantFile" })).body.error).toMatch(
      /no direct operation storeGrantFile/,
    );
  });
});

describe("the other operations", () => {
  it("add a permission to a file that is on chain, and revoke it", async () => {
    const { user, request } = await fresh();
    const { permissionId } = await minedPermission(
      chain,
      (await relay({ type: "signed", operation: OPERATION, ...request })).body.hash,
    );
    const domain = permissionsDomain(14800);
    const data = encodeFunctionData({ abi: permissionsAbi, functionName: "permissions", args: [permissionId] });
    const before = await chain.rpc<Hex>("eth_call", [{ to: addresses.permissions, data }, "latest"]);

    const message = { nonce: "1", permissionId: String(permissionId) };
    const types = typedDataTypes.RevokePermission;
    const signature = await user.signTypedData({
      domain,
      types,
      primaryType: "RevokePermission",
      message: { nonce: 1n, permissionId },
    });
    const { body } = await relay({
      type: "signed",
      operation: "submitPermissionRevoke",
      typedData: { domain, types, primaryType: "RevokePermission", message },
      signature,
    });
    await chain.rpc("anvil_mine", ["0x1"]);
    expect(await chain.rpc("eth_getTransactionReceipt", [body.hash])).toMatchObject({ status: "0x1" });
    expect(await chain.rpc("eth_call", [{ to: addresses.permissions, data }, "latest"])).not.toBe(before);
  });

  it("add a file for a user without a signature", async () => {
    const submitted = await submissions();
    const adding = relay({
      type: "direct",
      operation: "submitFileAddition",
      params: { url: "http://file/direct", userAddress: userAccount(1).address },
    });
    await submitted(1);
    await chain.rpc("anvil_mine", ["0x1"]);
    expect((await adding).body).toEqual({
      type: "direct",
      result: { fileId: expect.any(Number), transactionHash: expect.any(String) },
    });
    const bad = await relay({
      type: "direct",
      operation: "submitFileAddition",
      params: { url: "", userAddress: "0x" },
    });
    expect(bad.body.type).toBe("error");
  });
});

describe("answers", () => {
  it("of type signed are what the alpha client wants", async () => {
    service.setFault({ fault: "relay-answer", mode: "signed" });
    expect((await relay({ type: "signed", ...(await fresh()).request })).body.type).toBe("signed");
  });

  it("of type pending come at once; the status tells the rest", async () => {
    service.setFault({ fault: "relay-answer", mode: "pending", times: 2 });
    const submitted = await submissions();
    const { body } = await relay({ type: "signed", ...(await fresh()).request });
    expect(body).toEqual({ type: "pending", operationId: expect.any(String) });
    const status = () => relay({ type: "status_check", operationId: body.operationId });
    await submitted(1);
    expect((await status()).body).toEqual({ type: "pending", operationId: body.operationId });
    await chain.rpc("anvil_mine", ["0x1"]);
    expect((await status()).body).toMatchObject({
      type: "confirmed",
      hash: expect.any(String),
      receipt: { status: "0x1" },
    });

    const failing = await relay({ type: "signed", ...(await fresh()).request, expectedUserAddress: server.address });
    await vi.waitFor(
      async () =>
        expect((await relay({ type: "status_check", operationId: failing.body.operationId })).body).toEqual({
          type: "error",
          error: expect.stringContaining("does not match"),
        }),
      { timeout: 20_000 },
    );
    expect((await relay({ type: "status_check", operationId: "unknown" })).body.type).toBe("error");
  });

  it("of type pending tell of a revert", async () => {
    const { user, request } = await fresh();
    await minedPermission(chain, (await relay({ type: "signed", ...request })).body.hash);
    const stale = await signedPermission({ user, nonce: 0n, server, grantUrl: "http://again", fileUrls: [], key: "" });
    service.setFault({ fault: "relay-answer", mode: "pending", times: 1 });
    const submitted = await submissions();
    const { body } = await relay({ type: "signed", ...stale });
    await submitted(1);
    await chain.rpc("anvil_mine", ["0x1"]);
    expect((await relay({ type: "status_check", operationId: body.operationId })).body).toEqual({
      type: "error",
      error: expect.stringContaining("reverted"),
    });
  });

  it("with the fault error200 are errors in HTTP 200, and nothing is submitted", async () => {
    service.setFault({ fault: "error200", times: 2 });
    const { request } = await fresh();
    const before = await nonceOf("pending");
    expect(await relay({ type: "signed", ...request })).toMatchObject({ status: 200, body: { type: "error" } });
    expect(await relay(request)).toMatchObject({ status: 200, body: { success: false } });
    expect(await nonceOf("pending")).toBe(before);
  });
});

describe("the queue", () => {
  it("gives 200 requests at once consecutive nonces and loses none", async () => {
    const requests = await Promise.all(Array.from({ length: 200 }, fresh));
    const before = await nonceOf("pending");
    const answers = await Promise.all(
      requests.map(({ request }) => relay({ type: "signed", operation: OPERATION, ...request })),
    );
    await chain.rpc("anvil_mine", ["0x2"]);
    const receipts = await Promise.all(
      answers.map(({ body }) => chain.rpc<{ status: Hex } | null>("eth_getTransactionReceipt", [body.hash])),
    );
    expect(receipts.filter((receipt) => receipt?.status === "0x1")).toHaveLength(200);
    const transactions = await Promise.all(
      answers.map(({ body }) => chain.rpc<{ nonce: Hex }>("eth_getTransactionByHash", [body.hash])),
    );
    const nonces = transactions.map(({ nonce }) => Number(nonce)).sort((a, b) => a - b);
    expect(nonces).toEqual(Array.from({ length: 200 }, (_, i) => before + i));
    expect(service.counters()).toMatchObject({ "transactions.submitted": 200 });
  }, 60_000);

  it("goes on after somebody else used the account", async () => {
    const nonce = await nonceOf("pending");
    const raw = await relayer.signTransaction({
      to: relayer.address,
      nonce,
      gas: 21_000n,
      chainId: 14800,
      type: "eip1559",
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 1n,
    });
    await chain.rpc("eth_sendRawTransaction", [raw]);
    await chain.rpc("anvil_mine", ["0x1"]);
    const answers = await Promise.all(
      Array.from({ length: 5 }, async () => relay({ type: "signed", ...(await fresh()).request })),
    );
    await chain.rpc("anvil_mine", ["0x1"]);
    for (const { body } of answers)
      expect(await chain.rpc("eth_getTransactionReceipt", [body.hash])).toMatchObject({ status: "0x1" });
    expect(await service.counters()).toMatchObject({ "nonces.taken": expect.any(Number) });
  });

  it("waits for a paused chain and loses nothing", async () => {
    const requests = await Promise.all(Array.from({ length: 10 }, fresh));
    const relayed = await growth(`relay.${OPERATION}`);
    const controls = chainControls().of(chain);
    await controls.setFault({ fault: "pause" }); // and it stands still
    const answers = requests.map(({ request }) => relay({ type: "signed", ...request }));
    await relayed(10);
    // An answer that does not need the chain comes after all that the relayer does without it.
    expect((await relay({ type: "hello" })).body.type).toBe("error");
    expect(await service.counters()).not.toHaveProperty("transactions.submitted");
    await controls.clearFaults();
    const hashes = (await Promise.all(answers)).map(({ body }) => body.hash);
    await chain.rpc("anvil_mine", ["0x1"]);
    for (const hash of hashes)
      expect(await chain.rpc("eth_getTransactionReceipt", [hash])).toMatchObject({ status: "0x1" });
  });

  it("refuses what no transaction can hold, which the node would take and never mine", async () => {
    const user = userAccount(users++);
    const huge = await signedPermission({
      user,
      server,
      grantUrl: "http://grant",
      fileUrls: ["http://huge"],
      key: "x".repeat(20_000),
    });
    const before = await nonceOf("pending");
    expect((await relay({ type: "signed", ...huge })).body).toEqual({
      type: "error",
      error: expect.stringContaining("too much for one"),
    });
    expect(await nonceOf("pending")).toBe(before);
  });

  it("says when the node refuses, and uses those nonces for the next ones", async () => {
    const balance = await chain.rpc<Hex>("eth_getBalance", [relayer.address, "latest"]);
    const requests = await Promise.all(Array.from({ length: 8 }, fresh));
    const before = await nonceOf("latest");
    await chain.rpc("anvil_setBalance", [relayer.address, "0x0"]);
    const refused = await Promise.all(requests.map(({ request }) => relay({ type: "signed", ...request })));
    expect(refused.map(({ status, body }) => [status, body.type])).toEqual(requests.map(() => [200, "error"]));
    await chain.rpc("anvil_setBalance", [relayer.address, balance]);
    const answers = await Promise.all(requests.map(({ request }) => relay({ type: "signed", ...request })));
    await chain.rpc("anvil_mine", ["0x1"]);
    for (const { body } of answers)
      expect(await chain.rpc("eth_getTransactionReceipt", [body.hash])).toMatchObject({ status: "0x1" });
    expect(await nonceOf("latest")).toBe(before + requests.length);
  });
});

describe("the app", () => {
  async function permitted() {
    const user = userAccount(users++);
    const data = personalData();
    const password = await passwordOf(user);
    const identity = (await (await fetch(`${personal.url}/identity?address=${user.address}`)).json()) as {
      personal_server: typeof server;
    };
    const grant = {
      grantee: appAccount().address,
      operation: "llm_inference",
      parameters: { prompt: '"verification_code"' },
    };
    const request = await signedPermission({
      user,
      server: identity.personal_server,
      grantUrl: host.put(`grant-${users}`, JSON.stringify(grant)),
      fileUrls: [host.put(`file-${users}`, await encryptFile(data.json, password))],
      key: shareKey(password, identity.personal_server),
    });
    const { body } = await relay({ type: "signed", ...request });
    const { permissionId } = await minedPermission(chain, body.hash);
    return { data, permissionId: Number(permissionId) };
  }
  const poll = (operationId: unknown, chainId = 14800) => post("/api/trusted-server/poll", { operationId, chainId });

  it("has an operation made with its own signature and hands its result on", async () => {
    const { data, permissionId } = await permitted();
    const { status, body } = await post("/api/trusted-server", { permissionId });
    expect([status, body]).toEqual([200, { success: true, data: expect.objectContaining({ id: expect.any(String) }) }]);
    const polled = await vi.waitUntil(
      async () => {
        const one = await poll(body.data.id);
        return one.body.data?.status === "succeeded" && one;
      },
      { timeout: 20_000 },
    );
    expect(polled.body).toMatchObject({ success: true, data: { id: body.data.id, status: "succeeded" } });
    expect(polled.body.data.result.output).toContain(data.canary);
  });

  it("hands the personal server's refusals on, with status and Retry-After", async () => {
    expect(await post("/api/trusted-server", { permissionId: 999_999 })).toMatchObject({
      status: 404,
      body: { success: false, code: "NOT_FOUND_ERROR" },
    });
    expect(await poll("nothing")).toMatchObject({ status: 404, body: { success: false } });
    personal.setFault({ fault: "status", status: 429, retryAfter: 7, times: 1 });
    expect(await post("/api/trusted-server", { permissionId: 1 })).toMatchObject({
      status: 429,
      retryAfter: "7",
      body: { success: false, code: "RATE_LIMIT_ERROR" },
    });
    personal.setFault({ fault: "drop", times: 1 });
    expect(await post("/api/trusted-server", { permissionId: 1 })).toMatchObject({
      status: 502,
      body: { success: false },
    });
  });

  it("refuses what it cannot pass on", async () => {
    for (const permissionId of ["1", 1.5, null])
      expect((await post("/api/trusted-server", { permissionId })).status).toBe(400);
    expect((await poll("")).status).toBe(400);
    expect((await poll("x", 1)).status).toBe(400);
  });
});
