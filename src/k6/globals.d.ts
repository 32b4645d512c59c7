// What k6's engine has as globals and @types/k6 leaves to the DOM's types, which would promise far more than is there.
declare const console: Record<"log" | "info" | "warn" | "error" | "debug", (...values: unknown[]) => void>;
declare const crypto: { randomUUID(): string };
