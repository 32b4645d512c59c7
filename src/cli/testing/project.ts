// A project folder for tests of the CLI: its k6 and its sandbox are small programs that log what happens to them. What they answer is set by environment.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Logs its arguments and each SIGINT, serves k6's API, and ends with a verdict after FAKE_MS or on SIGINT. */
const K6 = `#!/usr/bin/env node
const { appendFileSync, writeFileSync, existsSync } = require("node:fs");
const { createServer } = require("node:http");
const { FAKE_LOG, FAKE_MS, FAKE_CODE, FAKE_NO_REPORT, FAKE_DEAF, FAKE_REPORT, FAKE_STATUS, ONRUSH_RUN_ID, REPORT_DIR } = process.env;
const log = (entry) => appendFileSync(FAKE_LOG, JSON.stringify(entry) + "\\n");
log({ k6: process.argv.slice(2), pid: process.pid, env: process.env, folder: existsSync(REPORT_DIR) });
const [host, port] = process.argv[process.argv.indexOf("--address") + 1].split(":");
const started = Date.now();
const samples = {
  streaming_users: () => ({ count: Math.floor((Date.now() - started) / 100), rate: 1 }),
  streaming_unfinished: () => ({ count: 4, rate: 1 }),
  streaming_success: () => ({ rate: 0.75 }),
  streaming_duration: () => ({ "p(95)": 2140 }),
};
createServer((request, response) => {
  const id = decodeURIComponent(request.url.split("/").pop());
  const answer = id === "status" ? { status: 7 } : samples[id] && { sample: samples[id]() };
  response.writeHead(answer ? 200 : 404).end(JSON.stringify({ data: { attributes: answer } }));
}).listen(Number(port), host);
const end = (code) => {
  const id = FAKE_REPORT === "another run's" ? "another" : ONRUSH_RUN_ID;
  const status = FAKE_STATUS ?? { 0: "PASSED", 105: "INTERRUPTED" }[code] ?? "FAILED";
  const summary = JSON.stringify({ run: { id }, status });
  if (!FAKE_NO_REPORT) {
    writeFileSync(REPORT_DIR + "/summary.json", FAKE_REPORT === "half" ? summary.slice(0, -3) : summary);
    writeFileSync(REPORT_DIR + "/junit.xml", '<testsuites id="' + id + '"></testsuites>\\n');
  }
  console.log("the verdict");
  log({ k6: "ended" });
  process.exit(code);
};
process.on("SIGINT", () => {
  log({ k6: "SIGINT" });
  if (!FAKE_DEAF) setTimeout(() => end(105), 300);
});
// Only now: who waits for this may interrupt it at once.
console.error(JSON.stringify({ level: "info", msg: "users are coming", source: "console" }));
console.error(JSON.stringify({ level: "warning", msg: "Insufficient VUs" }));
console.error(JSON.stringify({ level: "warning", msg: "setTimeout 3 was stopped because the VU iteration was interrupted" }));
setTimeout(() => end(Number(FAKE_CODE ?? 0)), Number(FAKE_MS ?? 400));
`;

/** Logs its arguments, gets ready with an environment line unless FAKE_SANDBOX says otherwise, and ends on SIGTERM or when its stdin closes. */
const SANDBOX = `
const { appendFileSync } = require("node:fs");
const { FAKE_LOG, FAKE_SANDBOX } = process.env;
const log = (entry) => appendFileSync(FAKE_LOG, JSON.stringify(entry) + "\\n");
log({ sandbox: process.argv.slice(2), pid: process.pid });
if (FAKE_SANDBOX === "fails") {
  console.error("port 14800 is taken");
  process.exit(1);
}
process.on("SIGINT", () => log({ sandbox: "SIGINT" }));
process.on("SIGTERM", () => {
  log({ sandbox: "SIGTERM" });
  if (FAKE_SANDBOX !== "stubborn") process.exit(0);
});
// Not at once: a stop closes stdin and sends SIGTERM, and the tests want to see the signal.
process.stdin.on("end", () => FAKE_SANDBOX !== "stubborn" && setTimeout(() => process.exit(0), 500)).resume();
setInterval(() => {}, 1000);
if (FAKE_SANDBOX !== "silent") {
  console.log("getting ready");
  console.log(JSON.stringify({ environment: { RPC_URL: "http://127.0.0.1:4242", CHAIN_ID: 14800, STORAGE_BUCKET: "sandbox-bucket" } }));
}
if (FAKE_SANDBOX === "dies") setTimeout(() => process.exit(3), 100);
`;

/** One thing that happened to a fake program. */
interface Entry {
  readonly k6?: "SIGINT" | "ended" | string[];
  readonly sandbox?: "SIGINT" | "SIGTERM" | string[];
  readonly env?: Record<string, string>;
  readonly folder?: boolean;
  readonly pid?: number;
}

export interface Project {
  readonly root: string;
  readonly environment: Record<string, string | undefined>;
  log(): Entry[];
  remove(): void;
}

/** Makes such a project in a temporary folder. */
export function makeProject(): Project {
  const root = mkdtempSync(join(tmpdir(), "onrush-cli-"));
  const logFile = join(root, "log");
  const file = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  file("bin/k6", K6);
  chmodSync(join(root, "bin/k6"), 0o755);
  file("bin/onrush", SANDBOX);
  file("dist/streaming.js", "");
  file("dist/cli/onrush.mjs", "");
  return {
    root,
    environment: { PATH: process.env.PATH, FAKE_LOG: logFile, REPORT_DIR: join(root, "report") },
    log: () =>
      existsSync(logFile)
        ? readFileSync(logFile, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as Entry)
        : [],
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Whether a process exists. */
export function exists(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Waits until `condition` holds. @throws after 10 s */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited 10 s for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
