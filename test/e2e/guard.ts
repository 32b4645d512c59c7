// A target whose endpoint holds secrets: it lets in who knows them all, and can fail in ways that repeat what it was sent.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { addressWith, pathOf, plantedIn, queryOf } from "../support/secrets.ts";

/** What a guard does with who is let in. */
export type Mode = "passes on" | "answers 401" | "answers 500" | "never answers";

export interface Guard {
  /** Its endpoint, with all secrets. */
  readonly url: string;
  /** What of the endpoint may be shown. */
  readonly shown: string;
  mode: Mode;
  /** Requests that are passed on before that. */
  after: number;
  /** Requests that came with all of the secrets, and those that did not. */
  readonly let: string[];
  readonly refused: string[];
  stop(): void;
}

/** Everything of a request, in all the forms that a service may repeat it in. */
function echo({ method, url = "", headers }: IncomingMessage): string {
  const account = Buffer.from((headers.authorization ?? "").replace(/^\w+ /, ""), "base64").toString();
  return JSON.stringify({
    error: `${account} ${method} http://${headers.host}${url} ${decodeURIComponent(url)}`,
    headers,
  });
}

/**
 * Guards the service at `target` by the secrets of the setting `name`.
 * @param asked told of each request
 */
export async function startGuard(name: string, target: string, asked: () => void = () => {}): Promise<Guard> {
  const planted = plantedIn(name);
  const basic = `Basic ${Buffer.from(`${planted.user}:${planted.password}`).toString("base64")}`;
  const passOn = (incoming: IncomingMessage, outgoing: ServerResponse, path: string) => {
    const { host: _, authorization, ...headers } = incoming.headers;
    const own = authorization === undefined || authorization === basic ? {} : { authorization };
    const onward = request(
      `${target}${path}`,
      { method: incoming.method, headers: { ...headers, ...own } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    asked();
    const { url = "", headers } = incoming;
    const rest = url
      .replace(pathOf(planted), "")
      .replace(new RegExp(`[?&]${queryOf(planted).replaceAll("+", "\\+")}`), "");
    // A request has room for one authorization: what brings its own, such as a bearer's token, cannot have the endpoint's too.
    const known = headers.authorization === basic || /^Bearer /.test(headers.authorization ?? "");
    if (!known || rest.length !== url.length - pathOf(planted).length - queryOf(planted).length - 1) {
      guard.refused.push(`${incoming.method} ${url}`);
      outgoing.writeHead(403).end("not let in");
      return;
    }
    guard.let.push(rest);
    if (guard.mode === "passes on" || guard.let.length <= guard.after) passOn(incoming, outgoing, rest);
    else if (guard.mode === "never answers") incoming.resume();
    else outgoing.writeHead(Number(guard.mode.slice(-3))).end(echo(incoming));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const guard: Guard = {
    url: addressWith(planted, host),
    shown: `http://${host}`,
    mode: "passes on",
    after: 0,
    let: [],
    refused: [],
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
  return guard;
}
