// What k6's engine has as globals and @types/k6 leaves to the DOM's types, which would promise far more than is there.
declare const console: Record<"log" | "info" | "warn" | "error" | "debug", (...values: unknown[]) => void>;
declare const crypto: { randomUUID(): string };

// build.mjs bundles JSON as text: one copy a process instead of one object a VU.
declare module "*.json" {
  const text: string;
  export default text;
}
