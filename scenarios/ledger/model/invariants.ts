// What must be true of the money, and how it is written down when it is not.

/** The invariants that a run judges. Their names are values of the tag `invariant`. */
export const invariants = {
  I1: "money is conserved",
  I2: "every wallet holds what was acknowledged",
  I3: "nothing is negative",
  I4: "of a balance that several debit at once, one gets it",
  I5: "one key has one effect and one answer",
  I6: "a refusal is right and leaves no trace",
  I7: "the ledger is a gapless chain of what was acknowledged",
  I8: "read model, ledger and write side agree",
  I9: "what was acknowledged becomes visible",
  I10: "the projections come to rest",
  I11: "versions grow by one with each effect",
} as const;

export type Invariant = keyof typeof invariants;
export const invariantNames = Object.keys(invariants) as Invariant[];

/** What a finding is about, with how `wanted` and `got` are to be read. */
export const subjects = [
  "write side",
  "read model",
  "ledger balance",
  "listed balance",
  "sum of the write side",
  "sum of the read model",
  "sum of the ledger",
  "entries",
  "entries of one movement",
  "entries of a refused request",
  "times one entry appears",
  "balance before an entry",
  "balance after an entry",
  "balance shown",
  "winners of a race",
  "effects of one key",
  "accepted uses of a key with another body",
  "versions",
  "balance at a version",
  "amount refused of a balance that has it",
  "amount paid beyond the balance",
  "projections at rest",
  "times listed",
  "wallets of others that changed",
  "projections that show a probe",
] as const;

export type Subject = (typeof subjects)[number];

/** Something that broke an invariant. */
export interface Finding {
  readonly invariant: Invariant;
  /** Number of the wallet in its round; undefined where it is about all of them. */
  readonly wallet: number | undefined;
  readonly subject: Subject;
  readonly wanted: number;
  /** Undefined where there was nothing. */
  readonly got: number | undefined;
}

/** Collects what one round finds. */
export class Findings {
  readonly #checked = new Map<Invariant, number>();
  readonly #broken = new Map<Invariant, number>();
  readonly all: Finding[] = [];

  /** Notes that `count` things were looked at for an invariant. */
  looked(invariant: Invariant, count = 1): void {
    this.#checked.set(invariant, (this.#checked.get(invariant) ?? 0) + count);
  }

  /** Notes what broke one. */
  add(finding: Finding): void {
    this.all.push(finding);
    this.#broken.set(finding.invariant, (this.#broken.get(finding.invariant) ?? 0) + 1);
  }

  checked(invariant: Invariant): number {
    return this.#checked.get(invariant) ?? 0;
  }

  broken(invariant: Invariant): number {
    return this.#broken.get(invariant) ?? 0;
  }
}
