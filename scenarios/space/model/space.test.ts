// Wallets, words and the pacing of talk.
import { describe, expect, it } from "vitest";
import { stream } from "../../../src/core/random.ts";
import { helloText, isHello, signalText } from "./bodies.ts";
import { emojiOf, sillyMessage, usernameOf } from "./phrases.ts";
import { stressResultLine } from "./result.ts";
import { planTalk } from "./talk.ts";
import { announceTimeout } from "./timeout.ts";
import { branchOf, strangerOf, walletOf } from "./wallets.ts";

describe("wallets", () => {
  const wallets = { session: "s", clients: 40, random: 10, offset: 100 };
  it("are the root's, the phrase's, and fresh ones of the session", () => {
    expect(walletOf(0, wallets)).toEqual({ accountIndex: 0, addressIndex: 0 });
    expect(walletOf(39, wallets)).toEqual({ accountIndex: 0, addressIndex: 139 });
    expect(walletOf(40, wallets)).toEqual({ accountIndex: branchOf("s"), addressIndex: 0 });
  });

  it("are all different, strangers' too", () => {
    const paths = [
      ...Array.from({ length: 50 }, (_, number) => walletOf(number, wallets)),
      strangerOf("s", 0),
      strangerOf("s", 1),
    ];
    expect(new Set(paths.map((path) => JSON.stringify(path))).size).toBe(52);
  });

  it("of two sessions share no branch, and no branch is one of the phrase's own", () => {
    const branches = Array.from({ length: 1_000 }, (_, i) => branchOf(`session-${i}`));
    expect(new Set(branches).size).toBe(1_000);
    expect(Math.min(...branches)).toBeGreaterThanOrEqual(1_000_000);
    expect(Math.max(...branches)).toBeLessThan(2 ** 31);
  });
});

describe("announcements", () => {
  it("are known by the session's id alone", () => {
    const hello = helloText("abc", { instances: 1, clients: 40, random: 0 });
    expect(isHello(hello, "abc")).toBe(true);
    expect(isHello(hello, "bc")).toBe(false);
    expect(isHello(signalText("abc"), "abc")).toBe(false);
  });

  it("are waited for as long as the run, and at least 20 s", () => {
    expect(announceTimeout({}, 5_000)).toBe(20_000);
    expect(announceTimeout({}, 180_000)).toBe(180_000);
    expect(announceTimeout({ ANNOUNCE_TIMEOUT: 1_000 }, 180_000)).toBe(1_000);
  });
});

describe("talk", () => {
  it("comes to about one message a second in each channel over all clients", () => {
    for (const [clients, channels] of [
      [40, 3],
      [200, 1],
      [5, 4],
    ] as const) {
      const load = { duration: 600_000, clients, channels };
      const all = Array.from({ length: clients }, (_, number) => planTalk(stream(1, "user", number), load)).flat();
      expect(all.length / 600 / channels).toBeGreaterThan(0.9);
      expect(all.length / 600 / channels).toBeLessThan(1.1 + clients / 600 / channels); // each speaks once at its begin
      expect(new Set(all.map(({ channel }) => channel)).size).toBe(channels);
    }
  });

  it("says with each message how many follow in its channel", () => {
    const plan = planTalk(stream(2, "user"), { duration: 100_000, clients: 3, channels: 3 });
    plan.forEach(({ channel, more, at }, i) => {
      expect(plan.slice(i + 1).filter((later) => later.channel === channel)).toHaveLength(more);
      expect(at).toBeLessThan(i === 0 ? 1 : 100_000);
    });
  });

  it("is at least one message", () =>
    expect(planTalk(stream(3, "user"), { duration: -5, clients: 1_000, channels: 1 })).toMatchObject([
      { at: 0, more: 0 },
    ]));
});

it("words are up to six, names hold the client's number, check-ins are one emoji", () => {
  const random = stream(4, "words");
  for (let i = 0; i < 100; i++) {
    expect(sillyMessage(random)).toMatch(/^[a-z]+( [a-z]+){0,5}$/);
    expect(usernameOf(random, i)).toMatch(new RegExp(`^[a-z]+-[a-z]+-${i}$`));
    expect([...emojiOf(random)]).toHaveLength(1);
  }
});

it("a result is the original's line, with a reason where it failed", () => {
  const of = { session: "s", container: 1, client: 3, user: "0xabc", rpcUrl: "node:1" };
  expect(JSON.parse(stressResultLine({ stage: "JOIN_CHAT", ...of }))).toMatchObject({
    sequence: "STRESS_RESULT",
    step: "JOIN_CHAT",
    result: "PASS",
    metadata: { clientIndex: 3 },
    sessionId: "s",
    userId: "0xabc",
  });
  expect(JSON.parse(stressResultLine({ stage: "CHIT_CHAT", reason: "late", ...of }))).toMatchObject({
    result: "FAIL",
    metadata: { clientIndex: 3, reason: "late" },
  });
});
