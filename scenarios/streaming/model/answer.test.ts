import { describe, expect, it } from "vitest";
import { asJourneyError } from "../../../src/core/errors.ts";
import { canaryOf, proveAnswer } from "./answer.ts";

const canary = canaryOf("11111111-2222-4333-8444-555555555555");
const other = canaryOf("99999999-2222-4333-8444-555555555555");
const items = Array.from({ length: 40 }, (_, k) => ({ day: k, bought: `thing "${k}"`, price: k * 1.5 }));
const data = { canary, json: JSON.stringify({ verification_code: canary, wallet: "0xabc", items }) };

/** What an answer is found to be; undefined for a good one. */
const found = (result: unknown, proof: "canary" | "status" = "canary") => {
  try {
    proveAnswer(result, data, "ab12", proof);
    return undefined;
  } catch (thrown) {
    expect(asJourneyError(thrown).kind).toBe("proof");
    return asJourneyError(thrown).detail;
  }
};

describe("an answer", () => {
  it.each<[string, unknown]>([
    ["as text", `The code is ${canary}, and they buy a thing "3" on day 3.`],
    ["as an object", { output: `The code is ${canary}.`, plaintext_sha256: "0xAB12" }],
    ["as JSON text", JSON.stringify({ output: canary, plaintext_sha256: "ab12" })],
    ["with a row of the data", `${canary}: ${JSON.stringify(items[3])}`],
    ["with identifiers that are no canaries", `${canary} 99999999-2222-4333-8444-555555555555`],
  ])("is good with the canary, %s", (_, result) => expect(found(result)).toBeUndefined());

  it.each<[string, unknown, string]>([
    ["nothing", "", "NO_CANARY"],
    ["no result", null, "NO_CANARY"],
    ["a part of the canary", canary.slice(0, -1), "NO_CANARY"],
    ["another's canary", other, "NO_CANARY"],
    ["the canaries of all", `${canary} ${other}`, "OTHERS_CANARY"],
    ["the canaries of all, in capitals", `${canary} ${other.toUpperCase()}`, "OTHERS_CANARY"],
    ["a dump", `Traceback: ${data.json}`, "PLAINTEXT"],
    ["a dump in JSON", { output: `${canary}\n${data.json}` }, "PLAINTEXT"],
    ["a dump in JSON in JSON", JSON.stringify({ output: JSON.stringify({ dump: data.json }) }), "PLAINTEXT"],
    ["a pretty dump", JSON.stringify(JSON.parse(data.json), null, 2), "PLAINTEXT"],
    ["half of the data", `${canary} ${data.json.slice(data.json.length / 2 - 200)}`, "PLAINTEXT"],
    ["its end", `${canary} ${data.json.slice(-200)}`, "PLAINTEXT"],
    ["the hash of another file", { output: canary, plaintext_sha256: "ab13" }, "ANOTHER_FILE"],
  ])("is found out that holds %s", (_, result, word) => expect(found(result)).toBe(word));

  it("counts by its status alone where PROOF says so, but not with another file's hash", () => {
    expect(found("nothing", "status")).toBeUndefined();
    expect(found({ plaintext_sha256: "00" }, "status")).toBe("ANOTHER_FILE");
  });
});
