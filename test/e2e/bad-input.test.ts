// Wrong settings and wrong targets: one clear message, a non-zero exit, nothing spent, nobody kept waiting.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { cleanUp, k6, root, runK6, type SandboxProcess, startSandbox, temporaryFolder } from "./support.ts";

let sandbox: SandboxProcess;
let silent: Server;
let silentUrl: string;
/** How long each caller of the silent server waited before it gave up, ms. */
const held: number[] = [];
let refusedUrl: string;

const portOf = (server: Server) => (server.address() as { port: number }).port;
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

beforeAll(async () => {
  sandbox = await startSandbox();
  silent = createServer((socket) => {
    const opened = performance.now();
    // It reads what it is sent, or it would never see the caller leave.
    socket
      .on("error", () => {})
      .once("close", () => held.push(performance.now() - opened))
      .resume();
  });
  await listening(silent);
  silentUrl = `http://127.0.0.1:${portOf(silent)}`;
  const closed = createServer();
  await listening(closed);
  refusedUrl = `http://127.0.0.1:${portOf(closed)}`;
  await new Promise((resolve) => closed.close(resolve));
});
afterAll(async () => {
  silent.close();
  await sandbox.stop();
  cleanUp();
});

function gateFile(text: string): string {
  const file = join(temporaryFolder(), "gates.json");
  writeFileSync(file, text);
  return file;
}

describe("refused before anything is spent", () => {
  const cases: [string, () => Record<string, string>, RegExp][] = [
    ["RATE=abc", () => ({ RATE: "abc" }), /RATE=abc +must be a number greater than 0/],
    ["RATE=-1", () => ({ RATE: "-1" }), /RATE=-1 +must be a number greater than 0/],
    ["DURATION=15", () => ({ DURATION: "15" }), /DURATION=15 +must be a duration with its unit, such as 15s or 15m/],
    [
      "an unknown profile",
      () => ({ PROFILE: "brust" }),
      /PROFILE=brust +is not a profile; did you mean burst\? known: preflight/,
    ],
    ["two at once", () => ({ RATE: "abc", DURATION: "15" }), /2 settings are wrong/],
    ["an RPC that refuses", () => ({ RPC_URL: refusedUrl }), /connection refused/i],
    ["an RPC that accepts and never answers", () => ({ RPC_URL: silentUrl }), /(timed out|no answer|timeout)/i],
    ["another chain than configured", () => ({ CHAIN_ID: "31337" }), /14800.*31337|31337.*14800/],
    [
      "a chain that is not allowed",
      () => ({ CHAIN_ID: "1" }),
      /CHAIN_ID=1 +is not a known test network; set ALLOW_CHAIN=1/,
    ],
    [
      "a phrase with a wrong checksum",
      () => ({ MNEMONIC: "test test test test test test test test test test test test" }),
      /checksum/,
    ],
    [
      "a phrase with a word too few",
      () => ({ MNEMONIC: "test test test test test test test test test test junk" }),
      /12, 15, 18, 21 or 24 words, this has 11/,
    ],
    [
      "a funder without funds",
      () => ({ MNEMONIC: "legal winner thank year wave sausage worth useful legal winner thank yellow" }),
      /ETH are missing/,
    ],
    [
      "unreadable gates",
      () => ({ THRESHOLDS: "/nowhere/gates.json" }),
      /THRESHOLDS=\/nowhere\/gates\.json cannot be read/,
    ],
    ["gates that are not JSON", () => ({ THRESHOLDS: gateFile("{") }), /is not JSON/],
    [
      "a gate on an unknown metric",
      () => ({ THRESHOLDS: gateFile('{"default":{"streaming_sucess":["rate>=0.9"]}}') }),
      /streaming_sucess: no such metric; did you mean streaming_success/,
    ],
    [
      "no contract at the address",
      () => ({ GRANTEES_ADDRESS: "0x000000000000000000000000000000000000dEaD" }),
      /no contract at GRANTEES_ADDRESS/,
    ],
  ];

  test.each(cases)("%s", async (_name, settings, message) => {
    const before = (await sandbox.counters()).chain;
    const run = await runK6({ environment: { ...sandbox.environment, PROFILE: "demo", ...settings() } });
    expect(run.output).toMatch(message);
    expect(run.code).not.toBe(0);
    expect(run.output).not.toContain("PASSED");
    const after = (await sandbox.counters()).chain;
    expect(after?.["funder.nonce"]).toBe(before?.["funder.nonce"]);
  });
});

test("no call waits longer than its 3 s for a server that never answers, and none is made again", async () => {
  held.length = 0;
  const run = await runK6({ environment: { ...sandbox.environment, PROFILE: "demo", RPC_URL: silentUrl } });
  expect(run.code).not.toBe(0);
  await vi.waitUntil(() => held.length > 0);
  // The time-out is 3 s; the rest is what a busy machine may take to notice.
  for (const ms of held) expect(ms).toBeLessThan(4_500);
  console.log(
    `calls to a server that never answers: ${held.map((ms) => `${(ms / 1_000).toFixed(2)} s`).join(", ")}; the run ended after ${run.seconds.toFixed(1)} s`,
  );
});

describe("secrets", () => {
  /** A published test vector of BIP-39, never the sandbox's. */
  const phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";

  test("a phrase in the environment is in no archive, log or report", async () => {
    const file = join(temporaryFolder(), "archive.tar");
    const archived = spawnSync(k6, ["archive", "-O", file, join(root, "dist/streaming.js")], {
      env: {
        PATH: process.env.PATH,
        MNEMONIC: phrase,
        K6_NO_USAGE_REPORT: "true",
        K6_AUTO_EXTENSION_RESOLUTION: "false",
      },
    });
    expect(archived.status).toBe(0);
    expect(readFileSync(file).includes(phrase)).toBe(false);

    const run = await runK6({ environment: { ...sandbox.environment, PROFILE: "e2e", MNEMONIC: phrase } });
    expect(run.output).toContain("MNEMONIC=(set, hidden)");
    expect(run.output).not.toContain(phrase);
    expect(JSON.stringify(run.verdict)).not.toContain(phrase);
  });

  test("a phrase in a file is read by Go, and no archive has it", async () => {
    const secret = join(temporaryFolder(), "phrase");
    writeFileSync(secret, `${phrase}\n`);
    const run = await runK6({ environment: { ...sandbox.environment, PROFILE: "e2e", MNEMONIC_FILE: secret } });
    // That phrase's funder has nothing: the message names its address, which proves that the file was read.
    expect(run.output).toMatch(/0x58A57ed9d8d624cBD12e2C467D34787555bB1b25 has 0 ETH/i);
    expect(run.output).not.toContain(phrase);
  });
});
