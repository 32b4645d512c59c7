import { createHash } from "node:crypto";
import type { LocalAccount } from "viem/accounts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import { type Chain, startChain } from "../../../src/sandbox/chain.ts";
import { createNonceQueue, type NonceQueue } from "../../../src/sandbox/nonce-queue.ts";
import type { Service } from "../../../src/sandbox/service.ts";
import { appAccount, relayerAccount } from "./accounts.ts";
import { deployContracts } from "./contracts.ts";
import { createPersonalServer } from "./personal-server.ts";
import { callFor } from "./relay-request.ts";
import { type FileHost, startFileHost } from "./testing/file-host.ts";
import {
  encryptFile,
  minedPermission,
  passwordOf,
  personalData,
  type ServerIdentity,
  shareKey,
  signedPermission,
  userAccount,
} from "./testing/user.ts";

let chain: Chain;
let host: FileHost;
let server: Service;
let queue: NonceQueue;
const app = appAccount();
let users = 0;

beforeAll(async () => {
  [chain, host] = await Promise.all([startChain({ port: 0 }), startFileHost()]);
  await deployContracts(chain);
  server = createPersonalServer({
    port: 0,
    rpcUrl: chain.url,
    mnemonic: SANDBOX_MNEMONIC,
    latency: { start: 40, process: 40, jitter: 20 },
  });
  await server.listen();
  queue = createNonceQueue({
    account: relayerAccount(),
    chainId: 14800,
    rpc: chain.rpc,
    count: () => {},
    error: () => {},
  });
}, 30_000);
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  queue?.close();
  await Promise.all([server?.close(), host?.close(), chain?.stop()]);
});

const get = async (path: string, init?: RequestInit) => {
  const response = await fetch(server.url + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
};
const post = (path: string, body: unknown) =>
  get(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const identityOf = async (address: string): Promise<ServerIdentity> =>
  (await get(`/identity?address=${address}`)).body.personal_server;

interface Flow {
  grant?: Record<string, unknown>;
  /** Text instead of the grant's JSON. */
  grantText?: string;
  grantUrl?: string;
  /** Changes the encrypted file before it is uploaded. */
  file?: (encrypted: Uint8Array) => Uint8Array;
  fileUrl?: string;
  sharedWith?: string;
  key?: string;
}

/** Everything up to a permission on chain. */
async function permitted({ grant, grantText, grantUrl, file = (bytes) => bytes, fileUrl, sharedWith, key }: Flow = {}) {
  const n = users++;
  const user = userAccount(n);
  const data = personalData();
  const password = await passwordOf(user);
  const identity = await identityOf(user.address);
  const url = fileUrl ?? host.put(`file-${n}`, file(await encryptFile(data.json, password)));
  const content = {
    grantee: app.address,
    operation: "llm_inference",
    parameters: { prompt: 'Quote "verification_code". {{data}}', response_format: { type: "json_object" } },
    ...grant,
  };
  const request = await signedPermission({
    user,
    grantUrl: grantUrl ?? host.put(`grant-${n}`, grantText ?? JSON.stringify(content)),
    fileUrls: [url],
    server: identity,
    key: key ?? shareKey(password, identity),
    ...(sharedWith === undefined ? {} : { sharedWith }),
  });
  const { permissionId } = await minedPermission(chain, await queue.submit(await callFor(request, 14800)));
  return { user, data, permissionId: Number(permissionId) };
}

async function requestFor(permissionId: unknown, account: LocalAccount = app) {
  const operation_request_json = JSON.stringify({ permission_id: permissionId });
  return { app_signature: await account.signMessage({ message: operation_request_json }), operation_request_json };
}
const create = async (permissionId: unknown, account: LocalAccount = app) =>
  post("/operations", await requestFor(permissionId, account));

/** What is said of an operation now. */
const operation = async (id: string) => (await get(`/operations/${id}`)).body;

/** What is said of an operation once it has ended. */
const ended = (id: string) =>
  vi.waitUntil(
    async () => {
      const body = await operation(id);
      return body.finished_at !== null && body;
    },
    { interval: 10, timeout: 20_000 },
  );

/** From now on operations go on only when the test's clock does. */
const stopTheClock = () => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });

describe("identity", () => {
  it("is derived from the phrase and the address, whatever its case", async () => {
    const user = userAccount(0).address;
    const { body } = await get(`/identity?address=${user}`);
    expect(body).toEqual({
      kind: "Identity",
      user_address: user,
      personal_server: {
        kind: "PersonalServer",
        address: expect.stringMatching(/^0x[0-9a-fA-F]{40}$/),
        public_key: expect.stringMatching(/^0x04[0-9a-f]{128}$/),
      },
    });
    expect((await identityOf(user.toLowerCase())).address).toBe(body.personal_server.address);
    expect((await identityOf(userAccount(1).address)).address).not.toBe(body.personal_server.address);
  });

  it("refuses what is no address", async () => {
    const { status, body } = await get("/identity?address=0x12");
    expect(status).toBe(400);
    expect(body.detail).toMatchObject({ kind: "Error", error_code: "VALIDATION_ERROR_ADDRESS", field: "address" });
  });
});

describe("an operation", () => {
  it("goes from starting over processing to an answer that only the decrypted file holds", async () => {
    const { data, permissionId } = await permitted();
    stopTheClock();
    const { status, body } = await create(permissionId);
    expect([status, body]).toEqual([
      202,
      { kind: "OperationCreated", id: expect.any(String), created_at: expect.any(String) },
    ]);
    expect(await operation(body.id)).toMatchObject({ status: "starting", finished_at: null, result: null });
    vi.advanceTimersByTime(40);
    expect(await operation(body.id)).toMatchObject({ status: "processing", finished_at: null, result: null });
    vi.advanceTimersByTime(60); // with all of the jitter
    const { status: last, result } = await operation(body.id);
    expect(last).toBe("succeeded");
    expect(result.output).toContain(data.canary);
    expect(result.plaintext_sha256).toBe(createHash("sha256").update(data.json).digest("hex"));
  });

  it("can be canceled while it runs", async () => {
    const { permissionId } = await permitted();
    stopTheClock();
    const { body } = await create(permissionId);
    vi.advanceTimersByTime(40);
    expect((await post(`/operations/${body.id}/cancel`, {})).status).toBe(204);
    vi.advanceTimersByTime(60);
    expect(await operation(body.id)).toMatchObject({ status: "canceled", result: null });
    expect((await post("/operations/nothing/cancel", {})).body.detail.error_code).toBe("NOT_FOUND_ERROR");
    expect((await get("/operations/nothing")).status).toBe(404);
  });
});

describe("an operation is refused", () => {
  const refused = async (permissionId: unknown, account: LocalAccount = app) => {
    const { status, body } = await create(permissionId, account);
    return [status, body.detail?.error_code, body.detail?.detail];
  };

  it.each([
    [0, 400, "VALIDATION_ERROR_PERMISSION_ID"],
    [-1, 400, "VALIDATION_ERROR_PERMISSION_ID"],
    ["1", 400, "VALIDATION_ERROR_OPERATION_REQUEST_JSON"],
    [undefined, 400, "VALIDATION_ERROR_OPERATION_REQUEST_JSON"],
    [999_999, 404, "NOT_FOUND_ERROR"],
  ])("for permission %j", async (id, status, code) => {
    expect(await refused(id)).toEqual([status, code, expect.any(String)]);
  });

  it("with a broken body or signature", async () => {
    const { permissionId } = await permitted();
    const request = await requestFor(permissionId);
    expect((await post("/operations", {})).body.detail.error_code).toBe("VALIDATION_ERROR_APP_SIGNATURE");
    expect((await post("/operations", { ...request, operation_request_json: "{" })).body.detail.error_code).toBe(
      "VALIDATION_ERROR_OPERATION_REQUEST_JSON",
    );
    expect((await post("/operations", { ...request, app_signature: "0x12" })).body.detail.error_code).toBe(
      "AUTHENTICATION_ERROR",
    );
    // The same request in other bytes: the signature is over the exact text.
    const respaced = await post("/operations", {
      ...request,
      operation_request_json: `{ "permission_id": ${permissionId} }`,
    });
    expect([respaced.status, respaced.body.detail.error_code]).toEqual([401, "AUTHENTICATION_ERROR"]);
  });

  it("by any signer but the grantee on chain", async () => {
    const { user, permissionId } = await permitted();
    expect(await refused(permissionId, user)).toEqual([
      401,
      "AUTHENTICATION_ERROR",
      expect.stringContaining(user.address),
    ]);
  });

  it.each<[string, Flow, RegExp]>([
    ["an expired grant", { grant: { expires: 1_000_000_000 } }, /expired/],
    ["a grantee in another case", { grant: { grantee: app.address.toLowerCase() } }, /does not match the app address/],
    ["another grantee", { grant: { grantee: userAccount(7).address } }, /does not match the app address/],
    ["an unknown operation", { grant: { operation: "mine_bitcoin" } }, /Unsupported operation/],
    ["a grant with more than its schema", { grant: { comment: "" } }, /schema/],
    ["a grant without parameters", { grant: { parameters: undefined } }, /schema/],
  ])("with %s", async (_, flow, message) => {
    const { permissionId } = await permitted(flow);
    expect(await refused(permissionId)).toEqual([400, "GRANT_VALIDATION_ERROR", expect.stringMatching(message)]);
  });

  it("with an unknown response format", async () => {
    const { permissionId } = await permitted({
      grant: { parameters: { prompt: "", response_format: { type: "xml" } } },
    });
    expect(await refused(permissionId)).toEqual([400, "VALIDATION_ERROR", expect.stringContaining("json_object")]);
  });

  it.each<[string, () => Flow]>([
    ["that is not there", () => ({ grantUrl: `${host.url}/nowhere` })],
    ["that is no JSON", () => ({ grantText: "{" })],
    ["on a host that is not allowed", () => ({ grantUrl: "http://example.com/grant" })],
    ["at no URL", () => ({ grantUrl: "nowhere" })],
  ])("with a grant %s", async (_, flow) => {
    const { permissionId } = await permitted(flow());
    expect(await refused(permissionId)).toEqual([500, "FILE_ACCESS_ERROR", expect.not.stringContaining("http://127")]);
  });

  it("when the file is not shared with the server of its owner", async () => {
    const { permissionId } = await permitted({ sharedWith: app.address });
    expect(await refused(permissionId)).toEqual([404, "NOT_FOUND_ERROR", expect.stringContaining("File")]);
  });

  it("when the file is not there, or too large", async () => {
    const gone = await permitted({ fileUrl: `${host.url}/gone` });
    expect(await refused(gone.permissionId)).toEqual([500, "FILE_ACCESS_ERROR", expect.stringContaining("404")]);
    const large = await permitted({ file: () => new Uint8Array(5 * 1024 * 1024 + 1) });
    expect(await refused(large.permissionId)).toEqual([
      500,
      "FILE_ACCESS_ERROR",
      expect.stringContaining("larger than 5242880 bytes"),
    ]);
  });

  it.each<[string, Flow]>([
    ["the file was changed", { file: (bytes) => bytes.map((byte, i) => (i === bytes.length - 30 ? byte ^ 1 : byte)) }],
    ["the file was cut off", { file: (bytes) => bytes.slice(0, -20) }],
    ["the key is for another server", { key: "00".repeat(257) }],
    ["the key is no key", { key: "hello" }],
  ])("when %s", async (_, flow) => {
    const { permissionId } = await permitted(flow);
    expect(await refused(permissionId)).toEqual([
      500,
      "DECRYPTION_ERROR",
      expect.stringContaining("Failed to decrypt file"),
    ]);
  });
});

describe("its faults", () => {
  const resultOf = async (fault: string) => {
    const { data, permissionId } = await permitted();
    const before = host.requests();
    server.setFault({ fault, times: 1 });
    return {
      ...(await ended((await create(permissionId)).body.id)),
      canary: data.canary,
      sha: createHash("sha256").update(data.json).digest("hex"),
      downloads: host.requests() - before,
    };
  };

  it("failed ends failed", async () => {
    expect(await resultOf("failed")).toMatchObject({ status: "failed", result: null });
  });
  it("undecrypted succeeds without having read the file, with an answer that looks right", async () => {
    const { status, result, canary, downloads } = await resultOf("undecrypted");
    expect([status, downloads]).toEqual(["succeeded", 1]); // the grant only
    expect(JSON.parse(result.output).verification_code).toMatch(/^[0-9a-f-]{36}$/);
    expect(result.output).not.toContain(canary);
    expect(result.plaintext_sha256).toBeUndefined();
  });
  it("wrong-answer has decrypted and says something else", async () => {
    const { result, canary, sha } = await resultOf("wrong-answer");
    expect(result.output).not.toContain(canary);
    expect(result.plaintext_sha256).toBe(sha);
  });
  it("hang-operation never leaves processing, but can be canceled", async () => {
    const { permissionId } = await permitted();
    server.setFault({ fault: "hang-operation", times: 1 });
    stopTheClock();
    const { body } = await create(permissionId);
    vi.advanceTimersByTime(3_600_000);
    expect((await operation(body.id)).status).toBe("processing");
    await post(`/operations/${body.id}/cancel`, {});
    expect((await operation(body.id)).status).toBe("canceled");
  });
});

describe("the real server's limits", () => {
  it("are 120 identities a minute per IP and 100 operations an hour, in its own error body", async () => {
    const limited = createPersonalServer({ port: 0, rpcUrl: chain.url, mnemonic: SANDBOX_MNEMONIC, realLimits: true });
    await limited.listen();
    vi.useFakeTimers({ toFake: ["performance"] }); // the limits' clock
    try {
      const ask = async (path: string, init?: RequestInit) => {
        const response = await fetch(limited.url + path, init);
        return {
          status: response.status,
          retryAfter: response.headers.get("retry-after"),
          body: await response.json(),
        };
      };
      const identity = () => ask(`/identity?address=${userAccount(0).address}`);
      const statuses = (await Promise.all(Array.from({ length: 160 }, identity))).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(120);
      vi.advanceTimersByTime(500); // the bucket refills by two a second
      expect([(await identity()).status, (await identity()).status]).toEqual([200, 429]);
      const operations = await Promise.all(Array.from({ length: 101 }, () => ask("/operations", { method: "POST" })));
      const last = operations.find(({ status }) => status === 429);
      expect(operations.filter(({ status }) => status === 400)).toHaveLength(100);
      expect(last?.retryAfter).toBe("36");
      expect(last?.body).toMatchObject({ detail: { kind: "Error", error_code: "RATE_LIMIT_ERROR" } });
      expect((await ask("/operations/x")).status).toBe(404); // polling is not limited
    } finally {
      await limited.close();
    }
  });
});

describe("a chain that fails", () => {
  it("is a BLOCKCHAIN_ERROR", async () => {
    const lost = createPersonalServer({ port: 0, rpcUrl: "http://127.0.0.1:9", mnemonic: SANDBOX_MNEMONIC });
    await lost.listen();
    const response = await fetch(`${lost.url}/operations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(await requestFor(1)),
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: { error_code: "BLOCKCHAIN_ERROR" } });
    await lost.close();
  });
});
