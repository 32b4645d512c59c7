import { describe, expect, it } from "vitest";
import { grpcError } from "./grpc.ts";

describe("grpcError", () => {
  it.each([
    [16, "refused", "UNAUTHENTICATED", false],
    [7, "refused", "PERMISSION_DENIED", false],
    [14, "transport", "UNAVAILABLE", true],
    [4, "timeout", undefined, true],
    [8, "rate_limit", undefined, true],
    [2, "server", undefined, true],
    [5, "not_found", undefined, false],
    [99, "protocol", undefined, false],
  ])("%i is %s", (code, kind, detail, retryable) => {
    expect(grpcError(code, "why")).toMatchObject({ kind, detail, retryable, message: expect.stringContaining("why") });
  });
});
