import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildIfNeeded } from "./build.ts";

/** A project whose Go and build.mjs are small programs that write what the real ones would, and say so in a log. */
let root: string;
let go: string;
const said: string[] = [];
const say = (line: string) => said.push(line);
const log = () => (existsSync(join(root, "log")) ? readFileSync(join(root, "log"), "utf8").trim().split("\n") : []);

function file(path: string, text: string, ageSeconds: number): void {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  const at = Date.now() / 1_000 - ageSeconds;
  utimesSync(whole, at, at);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "onrush-build-"));
  go = join(root, "go");
  said.length = 0;
  file("extension/a.go", "", 100);
  file("extension/a_test.go", "", 1);
  file("src/core/a.ts", "", 100);
  file("src/core/a.test.ts", "", 1);
  file("node_modules/esbuild/index.js", "", 100);
  file("go", `#!/bin/sh\necho "go $1 in $(basename "$PWD")" >> ../log\nmkdir -p ../bin && echo k6 > "$3"\n`, 100);
  chmodSync(go, 0o755);
  const writes = `import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
appendFileSync("log", "build.mjs\\n");
mkdirSync("dist/cli", { recursive: true });
for (const f of ["dist/streaming.js", "dist/cli/onrush.mjs"]) writeFileSync(f, "");`;
  file("build.mjs", writes, 100);
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("buildIfNeeded", () => {
  it("builds what is missing, and nothing the second time", () => {
    buildIfNeeded(root, "streaming", say, go);
    expect(log()).toEqual(["go build in extension", "build.mjs"]);
    buildIfNeeded(root, "streaming", say, go);
    expect(log().length).toBe(2);
  });

  it("builds only what is older than its sources; tests are no sources", () => {
    file("bin/k6", "", 50);
    file("dist/streaming.js", "", 50);
    file("dist/cli/onrush.mjs", "", 50);
    buildIfNeeded(root, "streaming", say, go);
    expect(log()).toEqual([]);
    file("extension/deep/b.go", "", 10);
    buildIfNeeded(root, "streaming", say, go);
    expect(log()).toEqual(["go build in extension"]);
    file("src/core/b.ts", "", 10);
    buildIfNeeded(root, "streaming", say, go);
    expect(log()).toEqual(["go build in extension", "build.mjs"]);
  });

  it("says that Go is missing when there is no k6, and goes on with an old one when there is", () => {
    expect(() => buildIfNeeded(root, "streaming", say, join(root, "no-such-go"))).toThrow(
      "Go is not installed: install Go 1.25 or newer",
    );
    file("bin/k6", "", 200);
    buildIfNeeded(root, "streaming", say, join(root, "no-such-go"));
    expect(said.join("\n")).toContain("using bin/k6 as it is");
  });

  it("reports a build that fails, and one that makes nothing", () => {
    file("go", "#!/bin/sh\nexit 3\n", 100);
    chmodSync(go, 0o755);
    expect(() => buildIfNeeded(root, "streaming", say, go)).toThrow(/the build failed: .*go build .* ended with 3/);
    file("bin/k6", "", 50);
    file("build.mjs", "", 100);
    expect(() => buildIfNeeded(root, "streaming", say, go)).toThrow(
      "the build ended without dist/streaming.js and dist/cli/onrush.mjs",
    );
  });

  it("says that packages are missing", () => {
    file("bin/k6", "", 50);
    rmSync(join(root, "node_modules"), { recursive: true });
    expect(() => buildIfNeeded(root, "streaming", say, go)).toThrow("run npm ci first");
  });
});
