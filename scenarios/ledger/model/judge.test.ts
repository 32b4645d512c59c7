import { describe, expect, it } from "vitest";
import type { Shown } from "./answers.ts";
import type { LedgerEntry, Movement } from "./entries.ts";
import { Findings } from "./invariants.ts";
import { judgeWallets, type Views } from "./judge-views.ts";
import { type Effect, openWallet, settle, type Wallet } from "./model.ts";

/** A wallet that a service without faults would show so. */
interface Kept {
  readonly wallet: Wallet;
  readonly entries: LedgerEntry[];
  readonly views: () => Views;
}

/** Keeps a wallet as a faultless service does. */
function keep(number: number, initial: number, effects: readonly Effect[]): Kept {
  const id = `w${number}`;
  let balance = 0;
  let version = 0;
  const entries: LedgerEntry[] = [];
  const apply = ({ type, amount, peer }: Effect): Shown => {
    const before = balance;
    balance += type === "CREDIT" || type === "TRANSFER_IN" ? amount : -amount;
    version++;
    entries.push({ id: `${id}-${version}`, type, amount, before, after: balance, peer });
    return { id, balance, version };
  };
  const wallet = openWallet(id, number, initial, apply({ type: "CREDIT", amount: initial }));
  for (const effect of effects) settle(wallet, effect, apply(effect));
  return {
    wallet,
    entries,
    views: () => ({
      readModel: entries[entries.length - 1]?.after,
      listed: { times: 1, balance: entries[entries.length - 1]?.after },
      entries,
    }),
  };
}

const move = (type: Movement, amount: number, peer?: string): Effect => ({
  type,
  amount,
  ...(peer === undefined ? {} : { peer }),
});
const pair = () => [
  keep(0, 1_000, [move("CREDIT", 50), move("TRANSFER_OUT", 30, "w1"), move("DEBIT", 20)]),
  keep(1, 500, [move("TRANSFER_IN", 30, "w0"), move("CREDIT", 50)]),
];

/** Does something to what a faultless service would show of two wallets, or returns what it shows of the first instead. */
type Spoil = (kept: readonly [Kept, Kept]) => unknown;

/** Judges two wallets after something was done to what the service shows. */
function judged(spoil: Spoil) {
  const [one, other] = pair();
  if (!one || !other) throw new Error("two wallets were kept");
  const changed = spoil([one, other]) as Partial<Views> | undefined;
  const findings = new Findings();
  const views = [{ ...one.views(), ...changed }, other.views()];
  const judgement = judgeWallets([one.wallet, other.wallet], views, findings);
  return { judgement, findings, broken: [...new Set(findings.all.map(({ invariant }) => invariant))].sort() };
}

const swap = (entries: LedgerEntry[], a: number, b: number) => {
  [entries[a], entries[b]] = [entries[b] as LedgerEntry, entries[a] as LedgerEntry];
};
const change = (entries: LedgerEntry[], k: number, more: Partial<LedgerEntry>) => {
  entries[k] = { ...(entries[k] as LedgerEntry), ...more };
};

describe("a service without faults", () => {
  it("keeps every invariant, and all of them are looked at", () => {
    const { findings, judgement } = judged(() => {});
    expect(findings.all).toEqual([]);
    expect(judgement).toEqual({ drift: 0, entries: 7, missing: 0, verified: 2 });
    for (const name of ["I1", "I2", "I3", "I7", "I8", "I11"] as const)
      expect(findings.checked(name)).toBeGreaterThan(0);
  });

  it("may have done what is in doubt, or not", () => {
    const doubtful = move("CREDIT", 40);
    const { findings: without } = judged(([one]) => void one.wallet.doubts.push(doubtful));
    expect(without.all).toEqual([]);
    const { findings: done } = judged(([one]) => {
      one.wallet.doubts.push(doubtful);
      one.entries.push({ id: "late", type: "CREDIT", amount: 40, before: 1_000, after: 1_040, peer: undefined });
    });
    expect(done.all).toEqual([]);
  });
});

describe("what breaks an invariant is found", () => {
  const cases: [string, Spoil, string[], string][] = [
    ["the read model has the initial balance twice", () => ({ readModel: 2_000 }), ["I1", "I8"], "read model"],
    ["the read model does not know the wallet", () => ({ readModel: undefined }), ["I1", "I8"], "read model"],
    ["a balance is off by a hundredth", () => ({ readModel: 1_000.01 }), ["I1", "I8"], "read model"],
    ["a projection is negative", () => ({ readModel: -1 }), ["I1", "I3", "I8"], "read model"],
    ["the list lacks the wallet", () => ({ listed: { times: 0, balance: undefined } }), ["I8"], "times listed"],
    ["the list has another balance", () => ({ listed: { times: 1, balance: 7 } }), ["I8"], "listed balance"],
    ["the last entry is lost", ([one]) => void one.entries.pop(), ["I1", "I7", "I8"], "entries"],
    ["an entry in the middle is lost", ([one]) => void one.entries.splice(1, 1), ["I7"], "balance before an entry"],
    [
      "an entry is there twice",
      ([one]) => void one.entries.push(one.entries[3] as LedgerEntry),
      ["I7"],
      "times one entry appears",
    ],
    ["entries change places", ([one]) => swap(one.entries, 1, 2), ["I7"], "balance before an entry"],
    ["an amount is rounded", ([one]) => change(one.entries, 3, { amount: 21 }), ["I7"], "entries of one movement"],
    [
      "a balance does not follow",
      ([one]) => change(one.entries, 2, { after: 1_021 }),
      ["I7"],
      "balance after an entry",
    ],
    [
      "a leg names another wallet",
      ([one]) => change(one.entries, 2, { peer: "w9" }),
      ["I7"],
      "entries of one movement",
    ],
    [
      "a refused debit is there",
      ([one]) => {
        one.wallet.refused.push(move("DEBIT", 77));
        one.entries.push({ id: "no", type: "DEBIT", amount: 77, before: 1_000, after: 923, peer: undefined });
      },
      ["I1", "I6", "I7", "I8"],
      "entries of a refused request",
    ],
    [
      "the write side forgets an effect",
      ([one]) => restate(one, 3, 1_020),
      ["I1", "I11", "I2"],
      "balance at a version",
    ],
    [
      "a version is given twice",
      ([one]) => {
        const last = one.wallet.stated[3];
        if (last) one.wallet.stated[3] = { ...last, version: 3 };
      },
      ["I11"],
      "versions",
    ],
    [
      "a version is skipped",
      ([one]) => {
        const last = one.wallet.stated[3];
        if (last) one.wallet.stated[3] = { ...last, version: 5 };
      },
      ["I11"],
      "versions",
    ],
    [
      "a refusal states another balance",
      ([one]) => {
        one.wallet.last = 999;
      },
      ["I1", "I2"],
      "write side",
    ],
    [
      "the write side was negative for a moment",
      ([one]) => {
        const first = one.wallet.stated[0];
        if (first) one.wallet.stated[0] = { ...first, balance: -5 };
      },
      ["I11", "I3"],
      "write side",
    ],
  ];

  function restate({ wallet }: Kept, k: number, balance: number): void {
    const stated = wallet.stated[k];
    if (stated) wallet.stated[k] = { ...stated, balance };
  }

  it.each(cases)("%s", (_, spoil, invariants, subject) => {
    const { broken, findings } = judged(spoil);
    expect(broken).toEqual(invariants);
    expect(findings.all.map((finding) => finding.subject)).toContain(subject);
  });

  it("with the wallet and the amounts", () => {
    const { findings } = judged(() => ({ readModel: 2_000 }));
    expect(findings.all[0]).toEqual({ invariant: "I8", wallet: 0, subject: "read model", wanted: 1_000, got: 2_000 });
  });

  it("also when the errors of two wallets cancel in the sum", () => {
    const { judgement, broken } = judged(([, other]) => {
      const last = other.entries.length - 1;
      change(other.entries, last, { after: 580 + 1 });
      return { readModel: 999 };
    });
    expect(judgement.drift).toBeGreaterThan(0);
    expect(broken).toContain("I8");
  });

  it("and counts what is missing", () => {
    expect(judged(([one]) => void one.entries.splice(1, 2)).judgement.missing).toBe(2);
  });
});
