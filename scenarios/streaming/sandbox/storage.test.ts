import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Service } from "../../../src/sandbox/service.ts";
import type { ServiceAccountFile } from "./gcs-auth.ts";
import { SANDBOX_BUCKET as bucket, createStorage } from "./storage.ts";
import {
  accessToken,
  askToken,
  assertionOf,
  beginUpload,
  sendPart,
  serviceAccount,
  signedUrl,
} from "./testing/gcs-client.ts";

let parent: string;
let storage: Service;
let account: ServiceAccountFile;
let token: string;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "onrush-test-"));
  storage = await createStorage({ port: 0, parent });
  await storage.listen();
  account = await serviceAccount(storage.url);
  token = await accessToken(account);
  storage.reset();
});
afterEach(() => {
  storage.clearFaults();
  storage.reset();
});
afterAll(async () => {
  await storage?.close();
  rmSync(parent, { recursive: true, force: true });
});

async function upload(name: string, content: Uint8Array, contentType?: string) {
  const begun = await beginUpload(storage.url, bucket, name, token, contentType);
  return sendPart(begun.headers.get("location") ?? "", content);
}
const read = async (url: string) => {
  const answer = await fetch(url);
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
};

describe("a token", () => {
  it("is given for a signed assertion of the service account", async () => {
    const answer = await askToken(account.token_uri, assertionOf(account));
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^ya29\./),
      expires_in: 3_600,
      token_type: "Bearer",
    });
    expect(storage.counters()).toMatchObject({ tokens: 1 });
  });

  const past = Math.floor(Date.now() / 1_000) - 7_200;
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string;
  it.each<[string, () => string, RegExp]>([
    ["of another key", () => assertionOf({ ...account, private_key: stranger }), /Signature/],
    ["of another account", () => assertionOf(account, { iss: "me@example.com" }), /issuer/],
    ["for another audience", () => assertionOf(account, { aud: "https://oauth2.googleapis.com/token" }), /audience/],
    ["that has expired", () => assertionOf(account, { iat: past, exp: past + 3_600 }), /short-lived/],
    ["that lasts too long", () => assertionOf(account, { exp: past + 90_000 }), /short-lived/],
    ["without a scope", () => assertionOf(account, { scope: "" }), /scope/],
    ["with another algorithm", () => assertionOf(account, {}, { alg: "none" }), /RS256/],
    ["that is no JWT", () => "a.b", /not a JWT/],
  ])("is refused for an assertion %s", async (_, assertion, message) => {
    const answer = await askToken(account.token_uri, assertion());
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { error: "invalid_grant", error_description: expect.stringMatching(message) },
    ]);
    expect(storage.counters()).toMatchObject({ "refused.invalid_grant": 1 });
  });

  it("is refused for another grant type", async () => {
    expect((await askToken(account.token_uri, assertionOf(account), "password")).status).toBe(400);
  });
});

describe("an upload", () => {
  it("in one piece can be read by a signed URL", async () => {
    const content = randomBytes(100_000);
    const answer = await upload("prefix/a file.json", content, "application/json");
    expect(await answer.json()).toMatchObject({
      kind: "storage#object",
      name: "prefix/a file.json",
      bucket,
      size: "100000",
      crc32c: expect.stringMatching(/^[\w+/]{6}==$/),
      contentType: "application/json",
    });
    const { status, type, bytes } = await read(signedUrl(account, storage.url, bucket, "prefix/a file.json"));
    expect([status, type, bytes.equals(content)]).toEqual([200, "application/json", true]);
    expect(storage.counters()).toMatchObject({
      uploads: 1,
      "uploads.bytes": 100_000,
      downloads: 1,
      "downloads.bytes": 100_000,
    });
  });

  it("of nothing is an empty object", async () => {
    expect((await upload("empty", new Uint8Array(0))).status).toBe(200);
    expect((await read(signedUrl(account, storage.url, bucket, "empty"))).bytes).toHaveLength(0);
  });

  it("replaces an object of that name", async () => {
    await upload("twice", Buffer.from("one"));
    await upload("twice", Buffer.from("two"));
    expect((await read(signedUrl(account, storage.url, bucket, "twice"))).bytes.toString()).toBe("two");
  });

  it("in parts can be resumed where it stopped", async () => {
    const content = randomBytes(1_000);
    const session = (await beginUpload(storage.url, bucket, "parts", token)).headers.get("location") ?? "";
    const first = await sendPart(session, content.subarray(0, 400), "bytes 0-399/1000");
    expect([first.status, first.headers.get("range")]).toEqual([308, "bytes=0-399"]);
    const asked = await sendPart(session, undefined, "bytes */1000");
    expect([asked.status, asked.headers.get("range")]).toEqual([308, "bytes=0-399"]);
    const overlapping = await sendPart(session, content.subarray(300, 700), "bytes 300-699/*");
    expect([overlapping.status, overlapping.headers.get("range")]).toEqual([308, "bytes=0-699"]);
    expect((await sendPart(session, content.subarray(700), "bytes 700-999/1000")).status).toBe(200);
    expect((await sendPart(session, undefined, "bytes */1000")).status).toBe(200);
    expect((await read(signedUrl(account, storage.url, bucket, "parts"))).bytes.equals(content)).toBe(true);
    expect(storage.counters()).toMatchObject({ uploads: 1 });
  });

  it.each([
    ["of unknown size", "bytes 0-*/*"],
    ["of known size", "bytes 0-*/1000"],
  ])("%s comes as Google's client library sends it", async (_, range) => {
    const content = randomBytes(1_000);
    const session = (await beginUpload(storage.url, bucket, "stream", token)).headers.get("location") ?? "";
    expect((await sendPart(session, content, range)).status).toBe(200);
    expect((await read(signedUrl(account, storage.url, bucket, "stream"))).bytes.equals(content)).toBe(true);
  });

  it("whose answer was lost is one upload, however often its end is sent", async () => {
    const session = (await beginUpload(storage.url, bucket, "again", token)).headers.get("location") ?? "";
    const answers = await Promise.all([1, 2, 3].map(() => sendPart(session, Buffer.from("content"))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(storage.counters()).toMatchObject({ uploads: 1, "uploads.bytes": 7 });
  });

  it.each([
    ["leaves a hole", "bytes 10-13/20"],
    ["does not fit its body", "bytes 0-9/20"],
    ["ends after its end", "bytes 0-3/2"],
    ["is open and too long", "bytes 0-*/2"],
    ["is none", "0-3"],
  ])("with a range that %s is refused", async (_, range) => {
    const session = (await beginUpload(storage.url, bucket, "bad", token)).headers.get("location") ?? "";
    const answer = await sendPart(session, Buffer.from("1234"), range);
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.objectContaining({ code: 400 }) }]);
  });

  it("needs a token, the bucket, a name and a session", async () => {
    expect((await beginUpload(storage.url, bucket, "x", "ya29.invented")).status).toBe(401);
    expect((await beginUpload(storage.url, "other", "x", token)).status).toBe(404);
    expect((await beginUpload(storage.url, bucket, "", token)).status).toBe(400);
    expect(
      (await sendPart(`${storage.url}/upload/storage/v1/b/${bucket}/o?upload_id=invented`, Buffer.from("x"))).status,
    ).toBe(404);
    expect(storage.counters()).toMatchObject({
      "refused.authError": 1,
      "refused.NoSuchBucket": 1,
      "refused.required": 1,
      "refused.notFound": 1,
    });
  });
});

describe("a signed URL", () => {
  beforeAll(async () => {
    await upload("secret", Buffer.from("content"));
  });
  const url = (object = "secret", expires?: number) => signedUrl(account, storage.url, bucket, object, expires);

  it.each<[string, () => string, number, string]>([
    ["that has expired", () => url("secret", Math.floor(Date.now() / 1_000) - 1), 400, "ExpiredToken"],
    [
      "whose expiry was changed",
      () => url().replace(/Expires=\d+/, "Expires=99999999999"),
      403,
      "SignatureDoesNotMatch",
    ],
    ["for another object", () => url().replace("/secret?", "/parts?"), 403, "SignatureDoesNotMatch"],
    [
      "of somebody else",
      () => url().replace("GoogleAccessId=sandbox", "GoogleAccessId=somebody"),
      403,
      "InvalidSecurity",
    ],
    ["without a signature", () => url().split("&Signature")[0] ?? "", 403, "AccessDenied"],
    ["to nothing", () => url("nothing"), 404, "NoSuchKey"],
    ["to another bucket", () => signedUrl(account, storage.url, "other", "secret"), 404, "NoSuchBucket"],
  ])("%s is refused in XML", async (_, made, status, code) => {
    const answer = await read(made());
    expect([answer.status, answer.type]).toEqual([status, "application/xml; charset=UTF-8"]);
    expect(answer.bytes.toString()).toContain(`<Code>${code}</Code>`);
    expect(storage.counters()).toMatchObject({ [`refused.${code}`]: 1 });
  });
});

describe("faults", () => {
  it("corrupt flips one byte of what is uploaded", async () => {
    storage.setFault({ fault: "corrupt", times: 1 });
    await upload("corrupt", Buffer.from("0000000000"));
    const { bytes } = await read(signedUrl(account, storage.url, bucket, "corrupt"));
    expect([...bytes].filter((byte) => byte !== 48)).toHaveLength(1);
  });

  it("429 comes in the format of what was asked", async () => {
    storage.setFault({ fault: "status", status: 429, retryAfter: 3 });
    const begun = await beginUpload(storage.url, bucket, "x", token);
    expect([begun.status, begun.headers.get("retry-after"), await begun.json()]).toEqual([
      429,
      "3",
      { error: expect.objectContaining({ code: 429 }) },
    ]);
    expect((await read(signedUrl(account, storage.url, bucket, "x"))).bytes.toString()).toContain(
      "<Code>rateLimitExceeded</Code>",
    );
  });
});

describe("the objects' folder", () => {
  it("goes with the storage, and a dead sandbox's goes with the next", async () => {
    const dead = join(parent, "onrush-storage-999999999-abc");
    mkdirSync(dead);
    const other = await createStorage({ port: 0, parent });
    expect(existsSync(dead)).toBe(false);
    expect(readdirSync(parent)).toHaveLength(2);
    await other.close();
    expect(readdirSync(parent)).toHaveLength(1);
  });
});
