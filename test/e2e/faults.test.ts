// What must not be green: each fault of the other side ends in exit 99 and is named by kind and step. And what must be survived is survived.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cleanUp, named, runK6, type SandboxProcess, startSandbox } from "./support.ts";

let sandbox: SandboxProcess;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.clearFaults());
afterAll(async () => {
  await sandbox.stop();
  cleanUp();
});

let offset = 1_000;
/** A few users with wallets of their own: a test must not find another's leftovers. */
const few = (more: Record<string, string> = {}) => {
  offset += 1_000;
  return {
    ...sandbox.environment,
    PROFILE: "demo",
    RATE: "2",
    DURATION: "5s",
    POOL_SIZE: "10",
    WALLET_OFFSET: String(offset),
    ...more,
  };
};

describe("caught", () => {
  const cases: {
    name: string;
    service: string;
    fault: string;
    options?: Record<string, unknown>;
    settings?: Record<string, string>;
    error: RegExp;
  }[] = [
    { name: "the personal server ends failed", service: "personal", fault: "failed", error: /^inference at infer$/ },
    {
      name: "it succeeds without having decrypted",
      service: "personal",
      fault: "undecrypted",
      error: /^proof NO_CANARY at prove$/,
    },
    { name: "it answers wrongly", service: "personal", fault: "wrong-answer", error: /^proof NO_CANARY at prove$/ },
    { name: "it dumps what it read", service: "personal", fault: "crash-dump", error: /^proof PLAINTEXT at prove$/ },
    {
      name: "the relayer answers 200 with an error",
      service: "relayer",
      fault: "error200",
      settings: { SUBMIT: "relay" },
      error: /^relay at submit$/,
    },
    {
      name: "the contract books the permission to someone else",
      service: "chain",
      fault: "wrong-grantor",
      error: /^proof ANOTHERS_PERMISSION at confirm$/,
    },
    {
      name: "the contract books a second permission to a stranger",
      service: "chain",
      fault: "second-permission",
      settings: { GAS_LIMIT: "6000000" }, // which pays for two
      error: /^proof SECOND_PERMISSION at confirm$/,
    },
    {
      name: "users hang",
      service: "personal",
      fault: "hang",
      settings: { USER_TIMEOUT: "4s" },
      error: /^timeout at identity$/,
    },
    {
      name: "operations never end",
      service: "personal",
      fault: "hang-operation",
      settings: { INFER_TIMEOUT: "3s" },
      error: /^timeout at infer$/,
    },
    {
      name: "storage rate-limits beyond the retry budget",
      service: "storage",
      fault: "status",
      options: { status: 429, path: "/upload" },
      settings: { RETRY_FOR: "1s" },
      error: /^rate_limit at upload$/,
    },
    // The personal server reads and decrypts before it accepts an operation, as the real one does: a damaged file is its 500.
    {
      name: "storage corrupts what it keeps",
      service: "storage",
      fault: "corrupt",
      settings: { RETRY_FOR: "1s" },
      error: /^server at request$/,
    },
    {
      name: "the personal server rate-limits beyond the budget",
      service: "personal",
      fault: "status",
      options: { status: 429 },
      settings: { RETRY_FOR: "1s" },
      error: /^rate_limit at (identity|request)$/,
    },
  ];

  test.each(cases)("$name", async ({ service, fault, options, settings, error }) => {
    await sandbox.fault(service, fault, options);
    const run = await runK6({ environment: few(settings) });
    expect(run.verdict.users.succeeded).toBe(0);
    expect(run.verdict.users.failed).toBeGreaterThan(0);
    for (const line of named(run.verdict.errors)) expect(line).toMatch(error);
    expect(run.verdict.status).toBe("FAILED");
    expect(run.code).toBe(99);
    expect(run.stdout).toMatch(new RegExp(`errors +\\d+ ${named(run.verdict.errors)[0]}`));
  });

  test("it answers everybody with all that it has said to anybody", async () => {
    await sandbox.fault("personal", "all-answers");
    const run = await runK6({ environment: few() });
    // The very first has nobody to be told of.
    expect(run.verdict.users.succeeded).toBeLessThanOrEqual(1);
    expect(named(run.verdict.errors)).toEqual(["proof OTHERS_CANARY at prove"]);
    expect(run.code).toBe(99);
  });

  test("the chain stands still for longer than the budget", async () => {
    const run = await runK6({
      environment: few({ RETRY_FOR: "1s", RECEIPT_TIMEOUT: "3s", USER_TIMEOUT: "8s", SWEEP: "false" }),
      started: () =>
        void sandbox.grown("storage", "uploads", 4).then(() => sandbox.fault("chain", "pause", { for: 25_000 })),
    });
    expect(run.verdict.users.failed).toBeGreaterThan(0);
    expect(named(run.verdict.errors).join()).toMatch(/timeout at/);
    expect(run.code).toBe(99);
  });

  test("degraded users are counted apart and are never successes", async () => {
    await sandbox.fault("personal", "status", { status: 429, path: "/operations" });
    const run = await runK6({ environment: few({ RETRY_FOR: "1s", DEGRADE: "skip-inference" }) });
    expect(run.verdict.users.degraded).toBe(run.verdict.users.ended);
    expect(run.verdict.users.succeeded).toBe(0);
    expect(run.code).toBe(99);
  });

  test("five failures in a row open the circuit breaker", async () => {
    await sandbox.fault("personal", "failed");
    const run = await runK6({ environment: { ...few(), PROFILE: "load-pattern", RATE: "", DURATION: "" } });
    expect(run.verdict.status).toBe("ABORTED");
    expect(run.stdout).toContain("ABORTED");
    expect(run.code).toBe(108);
  });

  test("Ctrl+C is INTERRUPTED and never green", async () => {
    const run = await runK6({
      environment: few({ DURATION: "60s" }),
      started: (child) => void sandbox.grown("personal", "files.decrypted", 4).then(() => child.kill("SIGINT")),
    });
    expect(run.stdout).toContain("INTERRUPTED");
    expect(run.verdict.status).toBe("INTERRUPTED");
    expect(run.code).toBe(105);
  });
});

describe("survived", () => {
  test("the chain stands still for 10 s", async () => {
    const run = await runK6({
      environment: few({ DURATION: "15s" }),
      started: () =>
        void sandbox.grown("storage", "uploads", 12).then(() => sandbox.fault("chain", "pause", { for: 10_000 })),
    });
    expect(named(run.verdict.errors)).toEqual([]);
    expect(run.verdict.retries.some((retry) => retry.kind === "timeout")).toBe(true);
    expect(run.code).toBe(0);
  });

  test("storage answers 429 for 10 s", async () => {
    const run = await runK6({
      environment: few({ DURATION: "15s" }),
      started: () =>
        void sandbox
          .grown("storage", "uploads", 8)
          .then(() => sandbox.fault("storage", "status", { status: 429, retryAfter: 1, for: 10_000 })),
    });
    expect(
      run.verdict.retries.some(
        (retry) => retry.kind === "rate_limit" && (retry.step === "upload" || retry.step === "grant"),
      ),
    ).toBe(true);
    expect(run.code).toBe(0);
  });

  test("the personal server rate-limits", async () => {
    const run = await runK6({
      environment: few({ DURATION: "15s" }),
      started: () =>
        void sandbox
          .grown("personal", "identities", 5)
          .then(() => sandbox.fault("personal", "status", { status: 429, retryAfter: 1, for: 8_000 })),
    });
    expect(run.verdict.retries.some((retry) => retry.kind === "rate_limit")).toBe(true);
    expect(run.code).toBe(0);
  });

  test("a third of the relayer's answers are lost", async () => {
    await sandbox.fault("relayer", "drop", { after: true, share: 0.34, path: "/api/relay" });
    const run = await runK6({ environment: few({ SUBMIT: "relay" }) });
    expect(named(run.verdict.errors)).toEqual([]);
    expect(run.code).toBe(0);
  });
});
