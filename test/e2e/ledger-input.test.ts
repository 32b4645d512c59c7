// Wrong settings and wrong targets: one clear message, a non-zero exit, quickly, and no wallet made.
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cleanUp, root, runK6 } from "./support.ts";

const servers: (Server | HttpServer)[] = [];

async function urlOf<S extends Server | HttpServer>(server: S): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const answering = (type: string, body: string) =>
  urlOf(createHttpServer((_request, response) => response.writeHead(200, { "content-type": type }).end(body)));

const urls: Record<string, string> = {};
beforeAll(async () => {
  urls.silent = await urlOf(createServer((socket) => socket.on("error", () => {}).resume()));
  urls.html = await answering("text/html", "<html><body>It works</body></html>");
  urls.json = await answering("application/json", '{"jsonrpc":"2.0","id":null}');
  const closed = createServer();
  urls.refusing = await urlOf(closed);
  await new Promise((resolve) => closed.close(resolve));
});
afterAll(() => {
  for (const server of servers) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
  cleanUp();
});

const cases: [string, () => Record<string, string>, RegExp][] = [
  [
    "no server",
    () => ({ LEDGER_URL: urls.refusing ?? "" }),
    /LEDGER_URL=\S+ does not answer; start the service .*connection refused/,
  ],
  [
    "a server that never answers",
    () => ({ LEDGER_URL: urls.silent ?? "" }),
    /LEDGER_URL=\S+ does not answer; .*(timeout|timed out)/,
  ],
  [
    "a server that speaks HTML",
    () => ({ LEDGER_URL: urls.html ?? "" }),
    /answers, but not as a ledger; .*not JSON: <html>/,
  ],
  [
    "a server that speaks other JSON",
    () => ({ LEDGER_URL: urls.json ?? "" }),
    /answers, but not as a ledger; .*no transactions/,
  ],
  ["WALLETS=0", () => ({ WALLETS: "0" }), /WALLETS=0 +must be a whole number from 1/],
  [
    "a MIX that does not sum to 100",
    () => ({ MIX: "50/30/10" }),
    /MIX=50\/30\/10 +must be three percentages .*these are 90/,
  ],
  ["one wallet with transfers", () => ({ WALLETS: "1" }), /WALLETS=1 +is too few: transfers need two wallets/],
  ["a RATE where operations follow each other", () => ({ RATE: "5" }), /RATE=5 +does not apply to this profile/],
];

test.each(cases)("%s", async (_name, settings, message) => {
  const run = await runK6({ script: join(root, "dist/ledger.js"), environment: { PROFILE: "quick", ...settings() } });
  expect(run.output).toMatch(message);
  expect(run.code).not.toBe(0);
  expect(run.output).not.toContain("PASSED");
  expect(run.seconds).toBeLessThan(20);
});
