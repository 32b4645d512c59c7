import { describe, expect, it } from "vitest";
import { spec as ledger } from "../../scenarios/ledger/spec.ts";
import { spec as streaming } from "../../scenarios/streaming/spec.ts";
import { carried } from "./archive.ts";

describe("what an archive carries", () => {
  it("is the settings that were given, and no variable that is none", () => {
    const given = { PROFILE: "demo", RATE: "2", POOL_SIZE: "", PATH: "/bin", AWS_SECRET_ACCESS_KEY: "s" };
    expect(carried(streaming.table, given)).toEqual({ settings: { PROFILE: "demo", RATE: "2" }, secrets: [] });
  });

  it("is no secret, nor an endpoint that holds one; both are named", () => {
    const given = {
      MNEMONIC: "test test test test test test test test test test test junk",
      RPC_URL: "https://node.example/v3/0123456789abcdef",
      PERSONAL_SERVER_URL: "http://127.0.0.1:14803",
    };
    const { settings, secrets } = carried(streaming.table, given);
    expect(secrets.sort()).toEqual(["MNEMONIC", "RPC_URL"]);
    expect(settings).toEqual({ PERSONAL_SERVER_URL: "http://127.0.0.1:14803" });
    expect(carried(ledger.table, { LEDGER_URL: "http://u:p@127.0.0.1:1" })).toEqual({
      settings: {},
      secrets: ["LEDGER_URL"],
    });
  });

  it("is not where this machine wants its reports, and the gates by their whole path", () => {
    const { settings } = carried(streaming.table, { REPORT_DIR: "/x", THRESHOLDS: "gates.json" });
    expect(settings).toEqual({ THRESHOLDS: `${process.cwd()}/gates.json` });
  });
});
