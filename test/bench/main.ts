// Benchmarks: limits of this machine, each figure beside what it is compared with in the same run. `make bench`, or `node scripts/bench.mjs rate`.
import { ceiling } from "./ceiling.ts";
import { chats } from "./chat.ts";
import { hashing } from "./hashing.ts";
import { ledgers } from "./ledger.ts";
import { memory } from "./memory.ts";
import { rate } from "./rate.ts";
import { spaces } from "./space.ts";

const benchmarks: Readonly<Record<string, () => Promise<void>>> = {
  hashing,
  memory,
  rate,
  ceiling,
  chat: chats,
  ledger: ledgers,
  space: spaces,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benchmarks[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown benchmark ${unknown.join(", ")}; known: ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benchmarks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  await run();
}
