// The suite's gRPC client where the connection is lost between connecting and opening a stream (ADDRESS of an HTTP/2 server, CONTROL kills it, PROTO is a folder).
import http from "k6/http";
import { Client } from "k6/net/grpc";
import { asJourneyError } from "../../src/core/errors.ts";
import { connect, invoke, openStream } from "../../src/k6/grpc.ts";
import { equal, suite } from "./support/suite.ts";

const client = new Client();
client.load([__ENV.PROTO ?? ""], "gate.proto");
const address = __ENV.ADDRESS ?? "";

const stream = () =>
  openStream(
    client,
    "gate.GateService/Register",
    {},
    { name: "Register", timeout: 2_000, message: () => true, broke() {} },
  );

/** Kind and detail of what an act fails with. */
async function failure(act: () => Promise<unknown>): Promise<unknown[]> {
  try {
    await act();
  } catch (thrown) {
    const { kind, detail } = asJourneyError(thrown);
    return [kind, detail];
  }
  return ["none"];
}

const tests = suite({
  "a stream over a connection that was closed": async () => {
    connect(client, address, 2_000);
    client.close();
    equal(await failure(stream), ["transport", "UNAVAILABLE"]);
  },
  "a stream and a call to a server that has died since": async () => {
    connect(client, address, 2_000);
    http.get(__ENV.CONTROL ?? "");
    equal(await failure(stream), ["transport", "UNAVAILABLE"]);
    const call = () => invoke(client, "gate.GateService/CallObject", {}, { timeout: 2_000, name: "CallObject" });
    equal(await failure(call), ["transport", "UNAVAILABLE"]);
  },
});
export const { options } = tests;
export default tests.run;
