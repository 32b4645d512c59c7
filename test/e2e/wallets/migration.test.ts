// The way to a new seed phrase in docs/wallets.md, typed as it stands there.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../src/core/settings/common.ts";
import type { Chain } from "../../../src/sandbox/chain.ts";
import { cleanUp, root, temporaryFolder } from "../support.ts";
import { addressesOf, balances, sum, testChain } from "./support.ts";

let chain: Chain;
beforeAll(async () => {
  chain = await testChain();
});
afterAll(async () => {
  await chain.stop();
  cleanUp();
});

test("the migration moves everything, and its last check shows it", async () => {
  const [, script = ""] =
    /<!-- migration -->\n```sh\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/wallets.md"), "utf8")) ?? [];
  expect(script.match(/bin\/onrush/g)?.length).toBe(5);
  const cwd = temporaryFolder();
  symlinkSync(join(root, "bin"), join(cwd, "bin"));
  const { status, stdout, stderr } = spawnSync("sh", ["-e"], {
    cwd,
    input: script,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: cwd, RPC_URL: chain.url, MNEMONIC: SANDBOX_MNEMONIC },
  });
  expect(status, stderr).toBe(0);
  // anvil made the first ten accounts rich with a million each.
  expect(stdout).toContain("10000000 ETH in 10 of 40 wallets on chain 31337");
  expect(stdout).toContain("10 wallets moved, 30 skipped (less than a transfer costs), 0 failed");
  expect(stdout).toMatch(/9999999\.\d+ ETH in 10 of 40 wallets on chain 31337 \(local development\)\n$/);
  expect(stderr).toContain("starting in 5s; Ctrl+C to stop");

  const phrase = readFileSync(join(cwd, "new-phrase"), "utf8").trim();
  expect(sum(await balances(chain, addressesOf(phrase, 0, 40)))).toBeGreaterThan(9_999_999n * 10n ** 18n);
  expect(stdout + stderr).not.toContain(phrase.split(" ").slice(0, 3).join(" "));
});

test("npm runs the same commands", () => {
  const out = execFileSync("npm", ["run", "--silent", "generate-wallets", "--", "--end", "1"], {
    cwd: root,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: temporaryFolder(), MNEMONIC: SANDBOX_MNEMONIC },
  });
  expect(out).toContain("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
});
