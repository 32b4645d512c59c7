import { describe, expect, it } from "vitest";
import { asJourneyError } from "../../../src/core/errors.ts";
import { type Booked, judgeBooked } from "./permission.ts";

const asked = { user: "0xAbC1", granteeId: 1n, grant: "https://storage/grant.json" };
const right: Booked = { ...asked, user: "0xabc1", permissionId: 7n };
const found = (booked: readonly Booked[]) => {
  try {
    return judgeBooked(booked, asked);
  } catch (thrown) {
    expect(asJourneyError(thrown).kind).toBe("proof");
    return asJourneyError(thrown).detail;
  }
};

describe("a receipt", () => {
  it("proves the permission that was asked for, and gives its id", () => expect(found([right])).toBe(7n));

  it.each<[string, Booked[], string]>([
    ["holds none", [], "NO_PERMISSION"],
    ["books it to a stranger", [{ ...right, user: "0xdef" }], "ANOTHERS_PERMISSION"],
    [
      "books it to two strangers",
      [
        { ...right, user: "0xdef" },
        { ...right, user: "0x1" },
      ],
      "ANOTHERS_PERMISSION",
    ],
    ["books another to a stranger before", [{ ...right, user: "0xdef", permissionId: 6n }, right], "SECOND_PERMISSION"],
    ["books another to the same user", [right, { ...right, permissionId: 8n }], "SECOND_PERMISSION"],
    ["grants something else", [{ ...right, grant: "https://storage/other.json" }], "ANOTHER_GRANT"],
    ["grants it to another grantee", [{ ...right, granteeId: 2n }], "ANOTHER_GRANT"],
  ])("is found out that %s", (_, booked, word) => expect(found(booked)).toBe(word));
});
