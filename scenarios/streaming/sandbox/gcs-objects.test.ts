import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createObjects } from "./gcs-objects.ts";

const parent = mkdtempSync(join(tmpdir(), "onrush-test-"));
afterAll(() => rmSync(parent, { recursive: true }));

it("drops the oldest objects when there are too many bytes", async () => {
  let evicted = 0;
  const objects = createObjects({ most: 25, evicted: () => evicted++, parent });
  for (const name of ["a", "b", "c"]) await objects.put(name, Buffer.alloc(10), "x");
  expect([evicted, await objects.get("a"), (await objects.get("c"))?.content.length]).toEqual([1, undefined, 10]);
  await objects.put("huge", Buffer.alloc(100), "x");
  expect((await objects.get("huge"))?.content).toHaveLength(100);
  await objects.close();
});
