import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const docs = (...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [join(root, "scripts/docs.mjs"), ...args], { cwd: root }, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, out, err }),
    );
  });

describe("the documents made from the code", () => {
  it("are up to date (make docs brings them there)", async () => {
    expect(await docs("--check")).toEqual({ code: 0, out: "", err: "" });
  });
});

describe("scripts/docs.mjs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "onrush-docs-"));
    mkdirSync(join(folder, "docs"));
    cpSync(join(root, "docs/metrics.md"), join(folder, "docs/metrics.md"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const readme = () => readFileSync(join(folder, "README.md"), "utf8");

  it("tells what is out of date without touching it, and then brings it up to date", async () => {
    const stale = readFileSync(join(root, "README.md"), "utf8").replace("| `SEED` | `42` |", "| `SEED` | `43` |");
    writeFileSync(join(folder, "README.md"), stale);
    expect(await docs("--check", folder)).toEqual({ code: 1, out: "", err: "out of date: README.md. Run make docs\n" });
    expect(readme()).toBe(stale);
    rmSync(join(folder, "docs"), { recursive: true });
    expect((await docs("--check", folder)).err).toBe("out of date: README.md, docs/metrics.md. Run make docs\n");
    expect(await docs(folder)).toMatchObject({ code: 0, out: "written: README.md, docs/metrics.md\n" });
    expect(readme()).toBe(readFileSync(join(root, "README.md"), "utf8"));
    expect(readFileSync(join(folder, "docs/metrics.md"), "utf8")).toBe(
      readFileSync(join(root, "docs/metrics.md"), "utf8"),
    );
    expect(await docs(folder)).toMatchObject({ code: 0, out: "the documents are up to date\n" });
  });

  it("refuses a README without the markers, instead of leaving the table out", async () => {
    writeFileSync(join(folder, "README.md"), "# nothing\n");
    const { code, err } = await docs("--check", folder);
    expect(code).not.toBe(0);
    expect(err).toContain("README.md has no <!-- profiles:chat --> ... <!-- /profiles -->");
  });
});
