// What a service knows about itself: counters that tests compare with k6's, and the last errors with their time.

export interface LoggedError {
  /** ISO 8601. */
  readonly time: string;
  readonly where: string;
  readonly message: string;
}

export interface Book {
  count(name: string, by?: number): void;
  error(where: string, error: unknown): void;
  counters(): Record<string, number>;
  errors(): readonly LoggedError[];
  /** Forgets counters and errors. */
  reset(): void;
}

const KEPT_ERRORS = 200;
const LONGEST_MESSAGE = 500;

export function createBook(): Book {
  const counters = new Map<string, number>();
  const errors: LoggedError[] = [];
  const count = (name: string, by = 1) => {
    counters.set(name, (counters.get(name) ?? 0) + by);
  };
  return {
    count,
    error(where, error) {
      count("errors");
      // Only the message: a stack or a request would carry signatures that are keys to users' files.
      const message = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST_MESSAGE);
      errors.push({ time: new Date().toISOString(), where, message });
      if (errors.length > KEPT_ERRORS) errors.shift();
    },
    counters: () => Object.fromEntries([...counters].sort(([a], [b]) => (a < b ? -1 : 1))),
    errors: () => [...errors],
    reset() {
      counters.clear();
      errors.length = 0;
    },
  };
}
