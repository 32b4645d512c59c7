import { describe, expect, it } from "vitest";
import { asJourneyError, type ErrorKind, errorKinds, JourneyError, kindOfStatus, mayPass } from "./errors.ts";

describe("asJourneyError", () => {
  it("leaves a JourneyError as it is", () => {
    const error = new JourneyError("proof", "no canary");
    expect(asJourneyError(error)).toBe(error);
    expect(error).toMatchObject({ retryable: false, detail: undefined, retryAfter: undefined, step: undefined });
    expect(error).toBeInstanceOf(Error);
  });

  it("keeps what an error of k6/x/ethereum knows of itself", () => {
    const thrown = Object.assign(new Error("execution reverted"), {
      kind: "revert",
      code: 3,
      retryable: false,
      revert: { name: "InvalidNonce", args: [1n, 0n], data: "0x" },
    });
    expect(asJourneyError(thrown)).toMatchObject({
      kind: "revert",
      detail: "InvalidNonce",
      retryable: false,
      message: "execution reverted",
    });
    const limited = Object.assign(new Error("slow down"), { kind: "rate_limit", retryable: true, retryAfter: 1_500 });
    expect(asJourneyError(limited)).toMatchObject({ kind: "rate_limit", retryable: true, retryAfter: 1_500 });
  });

  it.each(["nonce", "funds", "timeout", "rate_limit", "revert", "transport", "protocol"])(
    "knows the module's kind %s",
    (kind) => expect(asJourneyError(Object.assign(new Error("x"), { kind })).kind).toBe(kind),
  );

  it.each([
    [new TypeError("undefined is not a function"), "undefined is not a function"],
    [Object.assign(new Error("odd"), { kind: "made-up" }), "odd"],
    ["a string", "a string"],
    [42, "42"],
    [null, "null"],
    [undefined, "undefined"],
  ])("calls everything else unexpected: %o", (thrown, message) => {
    const error = asJourneyError(thrown);
    expect(error).toBeInstanceOf(JourneyError);
    expect(error).toMatchObject({ kind: "unexpected", message, retryable: false });
  });
});

describe("kindOfStatus", () => {
  it.each<[number, ErrorKind | undefined]>([
    [200, undefined],
    [202, undefined],
    [204, undefined],
    [299, undefined],
    [0, "transport"],
    [301, "protocol"],
    [304, "protocol"],
    [400, "refused"],
    [401, "refused"],
    [403, "refused"],
    [404, "not_found"],
    [408, "timeout"],
    [409, "refused"],
    [410, "not_found"],
    [422, "refused"],
    [429, "rate_limit"],
    [500, "server"],
    [502, "server"],
    [503, "server"],
    [504, "timeout"],
  ])("HTTP %d is %s", (status, kind) => expect(kindOfStatus(status)).toBe(kind));
});

describe("mayPass", () => {
  it("is true for what time may heal and for nothing else", () => {
    expect(errorKinds.filter(mayPass)).toEqual(["timeout", "rate_limit", "transport", "server"]);
  });
});
