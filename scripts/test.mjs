// Every test of the repository: `node scripts/test.mjs [unit] [go] [e2e]`. One part after another: each keeps two
// cores busy. All parts run, also after one has failed; the last line is the sum.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { countVitest, goCounter } from "./test-counts.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Minutes that all parts may take together; what still runs then has failed. */
const LIMIT = 38;
const deadline = Date.now() + LIMIT * 60_000;
const scratch = mkdtempSync(join(tmpdir(), "onrush-tests-"));

/** Runs a command to its end; resolves with its exit code. */
function run(command, args, { cwd = root, lines } = {}) {
  const child = spawn(command, args, { cwd, stdio: ["ignore", lines ? "pipe" : "inherit", "inherit"] });
  const timer = setTimeout(() => {
    console.error(`${command} ${args[0]}: not done ${LIMIT} minutes after the tests began, ending it`);
    child.kill("SIGTERM");
  }, deadline - Date.now());
  const read = lines
    ? new Promise((resolve) => createInterface({ input: child.stdout }).on("line", lines).on("close", resolve))
    : undefined;
  return new Promise((resolve) => {
    child.once("error", (error) => {
      clearTimeout(timer);
      console.error(`${command} cannot be run: ${error.message}`);
      resolve(127);
    });
    child.once("exit", async (code, signal) => {
      clearTimeout(timer);
      await read;
      resolve(code ?? signal);
    });
  });
}

async function vitest(project) {
  const file = join(scratch, `${project}.json`);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const code = await run(process.execPath, [vitest, "run", "--project", project, ...reporters]);
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    text = undefined;
  }
  return { code, counts: countVitest(text) };
}

async function go() {
  const counter = goCounter((text) => process.stdout.write(text));
  const code = await run("go", ["test", "-count=1", "-json", "./..."], {
    cwd: join(root, "extension"),
    lines: counter.read,
  });
  return { code, counts: counter.counts() };
}

const parts = { unit: () => vitest("unit"), go, e2e: () => vitest("e2e") };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}; known: ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}

const sum = { passed: 0, failed: 0, skipped: 0 };
const table = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const { code, counts } = await parts[name]();
  const { passed, failed, skipped, problems } = counts;
  // A test that says in its name what it needs beyond the registries may be skipped where that is absent; any other skip is a hole.
  const optional = skipped.filter((test) => test.includes("optional: needs"));
  const holes = skipped.filter((test) => !optional.includes(test)).map((test) => `${test}: skipped`);
  const wrong = [...problems, ...holes];
  if (passed + failed === 0) wrong.push("not one test was executed");
  if (code !== 0 && failed + wrong.length === 0) wrong.push(`ended with ${code} although no test failed`);
  sum.passed += passed;
  sum.failed += failed + wrong.length;
  sum.skipped += optional.length;
  const minutes = ((Date.now() - started) / 60_000).toFixed(1);
  table.push(`${name}: ${passed} passed, ${failed + wrong.length} failed in ${minutes} min`);
  table.push(...[...wrong, ...optional.map((test) => `skipped: ${test}`)].map((line) => `  ${line}`));
}
rmSync(scratch, { recursive: true });

const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
console.log(`\n${table.join("\n")}`);
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
