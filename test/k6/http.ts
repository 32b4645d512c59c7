// The suite's HTTP client against a server that misbehaves on purpose (SERVER_URL; the test that starts this script knows what it was asked).
import { JourneyError } from "../../src/core/errors.ts";
import { stream } from "../../src/core/random.ts";
import { asUserOf, below, type HttpRequest, jsonBody, send } from "../../src/k6/http.ts";
import { type Caller, clock } from "../../src/k6/user.ts";
import { equal, ok, suite } from "./support/suite.ts";

const server = __ENV.SERVER_URL ?? "";

function callerOf(more: { retryFor?: number; time?: number } = {}) {
  const retries: string[] = [];
  const caller: Caller = {
    random: stream(1, "test"),
    retryFor: more.retryFor ?? 3_000,
    httpTimeout: 400,
    retried: (kind) => void retries.push(kind),
    ...clock(more.time ?? 10_000, "the test"),
  };
  return { caller, retries };
}

const get = (path: string): HttpRequest => ({ method: "GET", url: `${server}${path}`, name: path });
const post = (path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  ...get(path),
  method: "POST",
  ...jsonBody({ n: 1n }),
  ...more,
});

/** What `send` failed with. */
async function failure(caller: Caller, request: HttpRequest): Promise<JourneyError> {
  try {
    await send(caller, request);
  } catch (thrown) {
    if (thrown instanceof JourneyError) return thrown;
    throw new Error(`threw ${thrown}, which is no JourneyError`);
  }
  throw new Error("it did not fail");
}

const tests = suite({
  "an answer has its status, headers whatever their case, and body": async () => {
    const { caller, retries } = callerOf();
    const answer = await send(caller, get("/ok"));
    equal(
      [answer.status, answer.header("x-thing"), answer.header("X-THING"), answer.header("x-none")],
      [200, "1", "1", undefined],
    );
    equal([answer.json<{ a: number }>(), retries], [{ a: 1 }, []]);
  },
  "bigint goes over the wire as decimal text": async () => {
    equal((await send(callerOf().caller, post("/echo"))).body, '{"n":"1"}');
  },
  "a body that is not JSON is a protocol error that names the call": async () => {
    const answer = await send(callerOf().caller, get("/text"));
    let thrown: unknown;
    try {
      answer.json();
    } catch (error) {
      thrown = error;
    }
    equal(
      [(thrown as JourneyError).kind, (thrown as Error).message],
      ["protocol", "/text: the answer is not JSON: not json"],
    );
  },
  "what may pass is tried again until it does": async () => {
    const { caller, retries } = callerOf();
    equal((await send(caller, get("/flaky/503/2"))).status, 200);
    equal((await send(caller, get("/flaky/429/1"))).status, 200);
    // A POST: Go's client repeats a GET by itself when a kept-alive connection was closed.
    equal((await send(caller, post("/flaky/drop/1"))).status, 200);
    equal((await send(caller, get("/flaky/hang/1"))).status, 200);
    equal(retries, ["server", "server", "rate_limit", "transport", "timeout"]);
  },
  "Retry-After is honoured": async () => {
    const started = Date.now();
    await send(callerOf().caller, get("/retry-after/1"));
    ok(Date.now() - started >= 950, "it waited a second");
  },
  "a refusal is not asked twice": async () => {
    const { caller, retries } = callerOf();
    for (const [status, kind] of [
      [400, "refused"],
      [401, "refused"],
      [404, "not_found"],
    ] as const) {
      const error = await failure(caller, get(`/status/${status}`));
      equal([error.kind, error.retryable], [kind, false]);
      ok(error.message.startsWith(`/status/${status}: HTTP ${status}`), error.message);
    }
    equal(retries, []);
  },
  "a status that the caller handles is an answer": async () => {
    equal((await send(callerOf().caller, { ...get("/status/404"), accept: [404] })).status, 404);
  },
  "the retry budget ends, with the last failure": async () => {
    const { caller, retries } = callerOf({ retryFor: 700 });
    const started = Date.now();
    const error = await failure(caller, get("/status/503"));
    equal([error.kind, error.retryable], ["server", true]);
    ok(retries.length >= 1 && Date.now() - started < 2_000, `${retries.length} retries in ${Date.now() - started} ms`);
    equal((await failure(callerOf({ retryFor: 0 }).caller, get("/status/503"))).kind, "server");
  },
  "a user's own time ends everything": async () => {
    const started = Date.now();
    const error = await failure(callerOf({ time: 600, retryFor: 60_000 }).caller, get("/status/503"));
    ok(Date.now() - started < 1_500, "not longer than its time");
    equal(error.kind, "timeout");
  },
  "what must not happen twice is not sent again when its answer was lost": async () => {
    const { caller, retries } = callerOf();
    equal((await failure(caller, post("/once/drop", { idempotent: false }))).kind, "transport");
    equal((await failure(caller, post("/once/hang", { idempotent: false }))).kind, "timeout");
    equal((await failure(caller, post("/once/500", { idempotent: false }))).kind, "server");
    equal(retries, []);
    // A refusal was not carried out, so asking again is safe.
    equal((await send(caller, post("/flaky/429/1?once", { idempotent: false }))).status, 200);
    equal(retries, ["rate_limit"]);
  },
  "a refused connection is a transport error": async () => {
    const error = await failure(callerOf({ retryFor: 0 }).caller, { ...get("/"), url: "http://127.0.0.1:1/" });
    equal([error.kind, error.retryable], ["transport", true]);
  },
  "a host that does not exist was not asked, and is named without what the URL holds": async () => {
    const url = "http://us%20er:p%40ss@nowhere.invalid/basic/key?q=1";
    const error = await failure(callerOf({ retryFor: 0 }).caller, { ...post("/", { idempotent: false }), url });
    equal([error.kind, error.retryable], ["transport", true]);
    ok(/nowhere\.invalid/.test(error.message) && !/er:|p%40|basic|key|q=/.test(error.message), error.message);
  },
  "a path goes below the endpoint's own, and its query stays": () => {
    equal(
      ["http://u:p@h", "http://h/", "http://h/a/b/", "http://h/a?k=1#x", "http://h?k=a/"].map((url) =>
        below(url, "/c"),
      ),
      ["http://u:p@h/c", "http://h/c", "http://h/a/b/c", "http://h/a/c?k=1", "http://h/c?k=a/"],
    );
    equal(below("http://h/a?k=1?2", "/c?d=e"), "http://h/a/c?d=e&k=1?2");
  },
  "user and password go to the endpoint's own host only": () => {
    const at = (url: string) => asUserOf("http://u:p@h:1/a?k=1", url);
    equal(["http://h:1/b?c", "http://h:1", "http://h:12/b", "https://h:1/b", "http://x@h:1/b"].map(at), [
      "http://u:p@h:1/b?c",
      "http://u:p@h:1",
      "http://h:12/b",
      "https://h:1/b",
      "http://x@h:1/b",
    ]);
    equal(asUserOf("http://h:1", "http://h:1/b"), "http://h:1/b");
  },
  "a redirect is no success": async () => {
    equal((await failure(callerOf().caller, get("/redirect"))).kind, "protocol");
  },
});

export const options = tests.options;
export default tests.run;
