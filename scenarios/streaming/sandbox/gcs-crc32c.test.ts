import { expect, it } from "vitest";
import { crc32c } from "./gcs-crc32c.ts";

// Check value of CRC-32C, and vectors of RFC 3720, B.4.
it.each([
  ["the check value", Buffer.from("123456789"), "e3069283"],
  ["32 bytes of 0", Buffer.alloc(32), "8a9136aa"],
  ["32 bytes of 255", Buffer.alloc(32, 0xff), "62a8ab43"],
  ["0 to 31", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), "46dd794e"],
  ["nothing", Buffer.alloc(0), "00000000"],
])("of %s", (_, content, hex) => {
  expect(Buffer.from(crc32c(content), "base64").toString("hex")).toBe(hex);
});
