// What the sandbox's admin endpoint tells of the ledger, by its counters.

/** One consumer of the outbox. */
export interface Consumer {
  readonly name: string;
  /** Events worked off since it started. */
  readonly processed: number;
  /** Events it has not worked off. */
  readonly backlog: number;
}

export interface ServiceState {
  readonly consumers: readonly Consumer[];
  /** Errors in the application's log. */
  readonly errors: number;
}

/** Reads `{ledger: {"backlog.<consumer>": n, "processed.<consumer>": n, errors: n}}`. */
export function consumersIn(counters: unknown): ServiceState {
  const ledger = (counters as { ledger?: Record<string, unknown> } | null)?.ledger ?? {};
  const number = (key: string) => (typeof ledger[key] === "number" ? ledger[key] : 0);
  const names = Object.keys(ledger).flatMap((key) => /^backlog\.(.+)$/.exec(key)?.[1] ?? []);
  return {
    consumers: names.map((name) => ({
      name,
      processed: number(`processed.${name}`),
      backlog: number(`backlog.${name}`),
    })),
    errors: number("errors"),
  };
}
