// deploy/stress: what the scripts ask of Docker, seen by a docker that only writes down how it was called, and what they say without an engine.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

const scripts = fileURLToPath(new URL("../deploy/stress/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "onrush-stress-"));
const log = join(folder, "log");
afterAll(() => rmSync(folder, { recursive: true }));

/** A docker whose engine answers as `engine` says, whose containers end with the codes in turn, and that logs each call as one line. */
function fakeDocker({
  engine = true,
  image = true,
  codes = [0],
}: {
  engine?: boolean;
  image?: boolean;
  codes?: number[];
}) {
  writeFileSync(
    join(folder, "docker"),
    `#!/usr/bin/env bash
echo "$*" >> ${log}
case "$1" in
  info) exit ${engine ? 0 : 1} ;;
  image) exit ${image ? 0 : 1} ;;
  run) echo "container-$(grep -c ^run ${log})" ;;
  wait) codes=(${codes.join(" ")}); echo "\${codes[\${2#container-} - 1]:-0}" ;;
  ps) printf 'one\ntwo\n' ;;
esac
`,
  );
  chmodSync(join(folder, "docker"), 0o755);
}

function start(script: string, args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("bash", [join(scripts, script), ...args], {
    encoding: "utf8",
    env: { PATH: `${folder}:/usr/bin:/bin`, ...environment },
  });
  const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { status, stdout, stderr, calls, of: (verb: string) => calls.filter((call) => call.startsWith(`${verb} `)) };
}

beforeEach(() => rmSync(log, { force: true }));

describe("run-stress.sh", () => {
  it("gives each container a segment of its own, the same session, and all clients", () => {
    fakeDocker({});
    const run = start("run-stress.sh", ["-c", "3", "-t", "30", "-d", "1m"], {
      SESSION_ID: "s1",
      RPC_URL: "http://127.0.0.1:1",
    });
    expect(run.status).toBe(0);
    const started = run.of("run");
    expect(started.map((call) => /--execution-segment (\S+)/.exec(call)?.[1])).toEqual(["0:1/3", "1/3:2/3", "2/3:1"]);
    for (const call of started) {
      expect(call).toContain("--execution-segment-sequence 0,1/3,2/3,1 dist/space.js");
      expect(call).toContain("--label onrush.stress=s1");
      expect(call).toContain("--env SESSION_ID=s1 --env INSTANCES=3 --env CLIENTS=30 --env DURATION=1m");
    }
    expect(run.of("rm")).toEqual([]);
  });

  it("passes secrets by name, never by value", () => {
    fakeDocker({});
    const run = start("run-stress.sh", ["-c", "1", "-t", "1"], { MNEMONIC: "not to be seen", PASSWORD: "hidden" });
    expect(run.of("run")[0]).toContain("--env PASSWORD --env MNEMONIC ");
    expect(run.calls.join("\n") + run.stdout + run.stderr).not.toMatch(/not to be seen|hidden/);
    expect(run.of("run")[0]).not.toContain("--execution-segment");
  });

  it("ends with the worst exit code, and removes only its own containers with --cleanup", () => {
    fakeDocker({ codes: [0, 99, 0] });
    const run = start("run-stress.sh", ["-c", "3", "-t", "3", "--cleanup"]);
    expect(run.status).toBe(99);
    expect(run.stdout).toContain("container 1 ended with 99");
    expect(run.of("rm")).toEqual(["rm -f container-1 container-2 container-3"]);
  });

  it("builds the image when there is none", () => {
    fakeDocker({ image: false });
    expect(start("run-stress.sh", ["-c", "1", "-t", "1"]).of("build")[0]).toMatch(/-f \S+\/Dockerfile -t onrush /);
  });

  it("says that there is no engine and what to do instead", () => {
    fakeDocker({ engine: false });
    const run = start("run-stress.sh", ["-c", "4", "-t", "40"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toBe(
      "run-stress.sh: no Docker engine answers (docker info fails): start one, or start 4 processes of bin/k6 with --execution-segment instead\n",
    );
    expect(run.of("run")).toEqual([]);
  });

  it.each([
    [["-t", "4"], "-c must be a whole number of containers"],
    [["-c", "0", "-t", "4"], "-c must be a whole number of containers"],
    [["-c", "2", "-t", "x"], "-t must be a whole number of clients"],
    [["-c", "5", "-t", "4"], "4 clients are fewer than -c 5 containers"],
    [["-c"], "-c needs a value"],
    [["--nonsense"], "unknown argument --nonsense"],
  ])("refuses %j", (args, message) => {
    fakeDocker({});
    const run = start("run-stress.sh", args);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain(message);
    expect(run.calls.join("")).toBe("");
  });
});

describe("cleanup-stress.sh", () => {
  it("removes what carries the label, of one session or of all", () => {
    fakeDocker({});
    const one = start("cleanup-stress.sh", ["s1"]);
    expect(one.of("ps")[0]).toBe("ps --all --quiet --filter label=onrush.stress=s1");
    expect(one.of("rm")).toEqual(["rm -f one two"]);
    expect(one.stdout).toBe("removed 2 containers\n");
    rmSync(log);
    expect(start("cleanup-stress.sh", []).of("ps")[0]).toBe("ps --all --quiet --filter label=onrush.stress");
  });

  it("says that there is no engine", () => {
    fakeDocker({ engine: false });
    const run = start("cleanup-stress.sh", []);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("no Docker engine answers");
  });
});
