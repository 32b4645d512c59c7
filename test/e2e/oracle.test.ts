// Our own encryption, signatures and sandbox, judged by programs that are not ours: the SDK that real applications use, openpgp.js, gpg and viem.
import { createHash, randomBytes } from "node:crypto";
import type { GenericTypedData, SignedRelayerRequest } from "@opendatalabs/vana-sdk/node";
import { hashTypedData } from "viem";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SANDBOX_MNEMONIC } from "../../src/core/settings/common.ts";
import type { OracleInput, OracleOutput } from "../k6/oracle-exchange.ts";
import { readerOf, type SharedFile, sharedBy } from "./oracle/chain.ts";
import { type FlowTarget, infer, relayerAt, share, vanaFor } from "./oracle/flow.ts";
import { gpgDecrypt, gpgInstalled } from "./oracle/gpg.ts";
import { runInK6 } from "./oracle/k6.ts";
import { openpgpDecrypt } from "./oracle/openpgp.ts";
import { loadSdk, type VanaSdk, withOwnEcies } from "./oracle/sdk.ts";
import { fetchObject } from "./oracle/storage.ts";
import { digestByViem, message, permission, recorded } from "./oracle/vector.ts";
import { privateKeyOf, serverWalletOf, walletAt } from "./oracle/wallets.ts";
import { cleanUp, errorLines, named, runK6, type SandboxProcess, startSandbox } from "./support.ts";

let sdk: VanaSdk;
let platform: InstanceType<VanaSdk["NodePlatformAdapter"]>;
let sandbox: SandboxProcess;
let target: FlowTarget;

beforeAll(async () => {
  [sdk, sandbox] = await Promise.all([loadSdk(), startSandbox("--relay-answer", "signed")]);
  platform = new sdk.NodePlatformAdapter();
  target = sandbox.environment as unknown as FlowTarget;
});
afterAll(async () => {
  await sandbox?.stop();
  cleanUp();
});

async function sdkDecrypt(sealed: Uint8Array, password: string): Promise<Buffer> {
  const opened = await sdk.decryptBlobWithSignedKey(new Blob([new Uint8Array(sealed)]), password, platform);
  return Buffer.from(await opened.arrayBuffer());
}

describe("ciphers and signatures of the extension", () => {
  const password = recorded.key;
  // Texts, because the SDK's ECIES takes nothing else; a multiple of 16 bytes is where padding goes wrong.
  const texts = [
    "",
    "a",
    "exactly 16 bytes",
    "Grüße, 你好 🌊",
    password,
    JSON.stringify({ data: "x".repeat(100_000) }),
  ];
  const binary = randomBytes(50_000);
  const plaintexts = [...texts.map((text) => Buffer.from(text)), binary];
  const base64 = (all: readonly Uint8Array[]) => all.map((bytes) => Buffer.from(bytes).toString("base64"));
  const bytes = (all: readonly string[]) => all.map((text) => Buffer.from(text, "base64"));
  let keys: OracleInput["keys"];
  let k6: OracleOutput;

  beforeAll(async () => {
    keys = await platform.crypto.generateKeyPair();
    const sealed = await Promise.all(
      plaintexts.map((data) => sdk.encryptBlobWithSignedKey(new Blob([new Uint8Array(data)]), password, platform)),
    );
    const seal = () => Promise.all(texts.map((text) => sdk.encryptWithWalletPublicKey(text, keys.publicKey, platform)));
    const input: OracleInput = {
      mnemonic: SANDBOX_MNEMONIC,
      password,
      keys,
      plaintexts: base64(plaintexts),
      pgp: base64(await Promise.all(sealed.map(async (blob) => new Uint8Array(await blob.arrayBuffer())))),
      ecies: [...(await seal()), ...(await withOwnEcies(seal))],
      text: sdk.DEFAULT_ENCRYPTION_SEED,
      message,
    };
    k6 = await runInK6(input);
  });

  test("k6 decrypts the OpenPGP messages that the SDK made", () => {
    expect(k6.decrypted.pgp).toEqual(base64(plaintexts));
  });

  test("k6 decrypts what both ECIES implementations of the SDK made", () => {
    expect(k6.decrypted.ecies).toEqual(base64([...texts, ...texts].map((text) => Buffer.from(text))));
  });

  for (const kind of ["pgp", "session"] as const) {
    test(`the SDK and openpgp.js decrypt the OpenPGP messages that k6 made (${kind})`, async () => {
      const sealed = bytes(k6.encrypted[kind]);
      expect(sealed).toHaveLength(plaintexts.length);
      for (const [i, cipher] of sealed.entries()) {
        expect((await openpgpDecrypt(cipher, password)).equals(plaintexts[i] as Buffer)).toBe(true);
        expect((await sdkDecrypt(cipher, password)).equals(plaintexts[i] as Buffer)).toBe(true);
      }
    });

    test.skipIf(!gpgInstalled)(`gpg decrypts them too (${kind}; optional: needs gpg)`, () => {
      const opened = gpgDecrypt(bytes(k6.encrypted[kind]), password);
      expect(base64(opened)).toEqual(base64(plaintexts));
    });
  }

  test("another password opens none of them, and a changed one is noticed", async () => {
    const [first] = bytes(k6.encrypted.pgp.slice(-1));
    const changed = Buffer.from(first as Buffer);
    changed[changed.length - 1000] = (changed.at(-1000) ?? 0) ^ 1;
    await expect(openpgpDecrypt(first as Buffer, `${password} `)).rejects.toThrow();
    await expect(openpgpDecrypt(changed, password)).rejects.toThrow();
  });

  test("both ECIES implementations of the SDK decrypt what k6 made", async () => {
    const sealed = k6.encrypted.ecies.slice(0, texts.length);
    const open = () =>
      Promise.all(sealed.map((text) => sdk.decryptWithWalletPrivateKey(text, keys.privateKey, platform)));
    expect(await open()).toEqual(texts);
    expect(await withOwnEcies(open)).toEqual(texts);
  });

  test("the key is the recorded one: k6, the SDK", async () => {
    const { walletClient } = await vanaFor(sdk, target, walletAt("m/44'/60'/0'/0/0"));
    expect(k6.key).toBe(recorded.key);
    expect(await sdk.generateEncryptionKey(walletClient, platform)).toBe(recorded.key);
  });

  test("digest and signature of a permission are the recorded ones: k6, the SDK, viem", async () => {
    const requests: SignedRelayerRequest[] = [];
    const { vana } = await vanaFor(sdk, target, walletAt("m/44'/60'/0'/0/0"), async (request) => {
      if (request.type === "signed") requests.push(request);
      return { type: "error", error: "only looked at" };
    });
    const submitted = vana.permissions.submitAddServerFilesAndPermissions(
      structuredClone(permission) as unknown as Parameters<
        typeof vana.permissions.submitAddServerFilesAndPermissions
      >[0],
    );
    await expect(submitted).rejects.toThrow("only looked at");
    const [request] = requests;
    const digestBySdk = hashTypedData(request?.typedData as GenericTypedData as Parameters<typeof hashTypedData>[0]);
    expect({ digest: k6.digest, signature: k6.signature }).toEqual({
      digest: recorded.digest,
      signature: recorded.signature,
    });
    expect({ digest: digestBySdk, signature: request?.signature }).toEqual({
      digest: recorded.digest,
      signature: recorded.signature,
    });
    expect(digestByViem()).toBe(recorded.digest);
  });
});

describe("what a user of the journey leaves behind", () => {
  const user = walletAt("m/44'/60'/0'/0/100");
  let file: SharedFile;
  let sealed: Uint8Array;
  let key: string;

  beforeAll(async () => {
    const run = await runK6({ environment: { ...sandbox.environment, PROFILE: "e2e" }, limit: 90_000 });
    expect(named(run.verdict.errors)).toEqual([]);
    expect(errorLines(run)).toEqual([]);
    expect(run.code).toBe(0);
    const shared = await sharedBy(readerOf(target.RPC_URL), user.address);
    expect(shared).toHaveLength(1);
    file = shared[0] as SharedFile;
    sealed = await fetchObject(file.fileUrl);
    key = await user.signMessage({ message: sdk.DEFAULT_ENCRYPTION_SEED });
  });

  test("the file is the user's, and openpgp.js and the SDK read the same in it", async () => {
    expect(file.owner).toBe(user.address);
    const opened = await openpgpDecrypt(sealed, key);
    expect((await sdkDecrypt(sealed, key)).equals(opened)).toBe(true);
    const data = JSON.parse(opened.toString());
    expect(data.verification_code).toMatch(
      /^onrush-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(data.wallet).toBe(user.address);
    expect(Buffer.from(sealed).includes("verification_code")).toBe(false);
  });

  test("the SDK decrypts the shared key with the key of the user's personal server", async () => {
    const server = serverWalletOf(user.address);
    const opened = await sdk.decryptWithWalletPrivateKey(
      await file.keyFor(server.address),
      privateKeyOf(server),
      platform,
    );
    expect(opened).toBe(key);
  });

  test("the SDK accepts the grant", async () => {
    const grant = JSON.parse(Buffer.from(await fetchObject(file.grantUrl)).toString());
    const app = walletAt("m/44'/60'/2'/0/0");
    const accepted = sdk.validateGrant(grant, { schema: true, grantee: app.address, operation: "llm_inference" });
    expect(accepted.parameters.prompt).toContain('"verification_code"');
  });
});

describe("the SDK's whole flow against the sandbox", () => {
  const app = walletAt("m/44'/60'/2'/0/0");
  const prompt = 'Quote the value of "verification_code" exactly. Data: {{data}}';
  const personal = () => ({ verification_code: crypto.randomUUID(), note: "Grüße" });

  /** The result holds the data's canary and its hash: only who decrypted the file has either. */
  function expectProof(result: unknown, data: { verification_code: string }) {
    const { output, plaintext_sha256 } = result as { output: string; plaintext_sha256: string };
    expect(output).toContain(data.verification_code);
    expect(plaintext_sha256).toBe(createHash("sha256").update(JSON.stringify(data)).digest("hex"));
  }

  test("direct: the user's own transaction", async () => {
    const user = walletAt("m/44'/60'/0'/0/1");
    const data = personal();
    const shared = await share(sdk, target, user, { data, prompt });
    expect(shared.user).toBe(user.address);
    expect((await readerOf(target.RPC_URL).getTransaction({ hash: shared.hash })).from).toBe(
      user.address.toLowerCase(),
    );
    expectProof(await infer(sdk, target, app, shared.permissionId), data);
  });

  for (const [i, mode] of (["signed", "submitted"] as const).entries()) {
    test(`relayed, answer "${mode}": by a user who owns nothing`, async () => {
      const user = walletAt(`m/44'/60'/9'/0/${i}`);
      const relayer = walletAt("m/44'/60'/2'/0/2");
      const reader = readerOf(target.RPC_URL);
      const data = personal();
      if (mode !== "signed") await sandbox.fault("app", "relay-answer", { mode });
      const shared = await share(sdk, target, user, { data, prompt, relayer: relayerAt(target.APP_URL) });
      await sandbox.clearFaults();
      expect(shared.user).toBe(user.address);
      expect((await reader.getTransaction({ hash: shared.hash })).from).toBe(relayer.address.toLowerCase());
      expect(await reader.getBalance({ address: user.address })).toBe(0n);
      expectProof(await infer(sdk, target, app, shared.permissionId), data);
    });
  }

  test("a second permission of the same user, with the next nonce", async () => {
    const user = walletAt("m/44'/60'/0'/0/1");
    const data = personal();
    const shared = await share(sdk, target, user, { data, prompt });
    expectProof(await infer(sdk, target, app, shared.permissionId), data);
  });

  test("nobody but the grantee can ask for an inference", async () => {
    const user = walletAt("m/44'/60'/0'/0/1");
    const [first] = await sharedBy(readerOf(target.RPC_URL), user.address);
    await expect(infer(sdk, target, user, first?.permissionId ?? 0n)).rejects.toThrow(/\b40[13]\b/);
  });

  test("the relayer's refusal reaches the SDK as its own kind of error", async () => {
    await sandbox.fault("app", "error200");
    const user = walletAt("m/44'/60'/9'/0/9");
    const refused = share(sdk, target, user, { data: personal(), prompt, relayer: relayerAt(target.APP_URL) });
    await expect(refused).rejects.toBeInstanceOf(sdk.RelayerError);
    await sandbox.clearFaults();
  });
});
