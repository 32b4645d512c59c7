import { describe, expect, it } from "vitest";
import { assertPossible, paidOf, planMints, type Standing, type Terms, withFee } from "./mints.ts";

const ETHER = 10n ** 18n;
const clients = (...standings: Standing[]) =>
  standings.map((standing, number) => ({
    number,
    address: `0x${String(number).padStart(40, "0")}` as const,
    standing,
  }));
const none: Standing = { is: "none" };
const terms = (supply: bigint, free: bigint, limit = 0n): Terms => ({ supply, free, limit });

describe("who gets a membership", () => {
  it("leaves members alone, renews what has expired, and keeps the clients' order", () => {
    const standings = clients(none, { is: "member" }, { is: "expired", token: 7n, renewal: 5n }, none);
    const plan = planMints(standings, terms(1n, 1_000n), []);
    expect(plan.jobs.map(({ number, token, value }) => [number, token, value])).toEqual([
      [0, undefined, 0n],
      [2, 7n, 5n],
      [3, undefined, 0n],
    ]);
    expect(plan).toMatchObject({ members: 1, cost: 5n });
  });

  it("pays from the first membership on that is not free", () => {
    const plan = planMints(clients(none, none, none, none), terms(8n, 10n), [11n, 12n]);
    expect(plan.jobs.map(({ value }) => value)).toEqual([0n, 0n, 11n, 12n]);
    expect(plan.cost).toBe(23n);
  });

  it.each([
    [4, terms(8n, 10n), 2],
    [4, terms(12n, 10n), 4],
    [4, terms(0n, 10n), 0],
    [0, terms(12n, 10n), 0],
  ])("of %i on %o %i are paid", (count, on, paid) => expect(paidOf(count, on)).toBe(paid));
});

describe("the platform's fee", () => {
  it("is a tenth, and at least 0.0005 ether", () => {
    expect(withFee(ETHER)).toBe((11n * ETHER) / 10n);
    expect(withFee(ETHER / 1_000n)).toBe(ETHER / 1_000n + ETHER / 2_000n);
    expect(withFee(0n)).toBe(0n);
  });
});

describe("what cannot end well is refused before it begins", () => {
  const gas = { limit: 1_000n, price: 2n };
  const two = planMints(clients(none, none), terms(0n, 0n), [100n, 200n]);

  it("tells a root what it lacks, to the last wei", () => {
    const needed = 300n + 2n * 1_000n * 2n;
    const root = (balance: bigint) => ({ address: "0xroot", balance });
    expect(() => assertPossible(two, terms(0n, 0n), gas, root(needed))).not.toThrow();
    expect(() => assertPossible(two, terms(0n, 0n), gas, root(needed - 1n))).toThrow(
      /0xroot has 0\.0+4299 ETH and needs 0\.0+43 ETH for 2 memberships .*: 0\.0+1 ETH are missing; nothing was minted/,
    );
  });

  it("counts new members only against the space's limit", () => {
    const rich = { address: "0xroot", balance: ETHER };
    expect(() => assertPossible(two, terms(8n, 0n, 10n), gas, rich)).not.toThrow();
    expect(() => assertPossible(two, terms(9n, 0n, 10n), gas, rich)).toThrow(
      "the space takes 10 members and has 9: there is no room for 2 more, only for 1",
    );
    const renewal = planMints(clients({ is: "expired", token: 1n, renewal: 1n }), terms(10n, 0n, 10n), []);
    expect(() => assertPossible(renewal, terms(10n, 0n, 10n), gas, rich)).not.toThrow();
  });
});
