// Grant and file are fetched from the URLs that users put on chain: whatever those say, only allowed hosts are asked, and only so much is read.
import { Agent, get } from "node:http";

/** Largest file the server takes, in bytes. */
const LARGEST_FILE = 5 * 1024 * 1024;

const TIMEOUT = 30_000;
const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export interface Downloads {
  /** @throws Error when the host is not allowed, the answer is not 200, or it is larger than LARGEST_FILE */
  fetch(url: string): Promise<Buffer>;
  close(): void;
}

/** @param allowedHosts host names that may be asked beside loopback ones */
export function createDownloads(allowedHosts: readonly string[] = []): Downloads {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  return {
    async fetch(text) {
      const url = parsed(text);
      if (url.protocol !== "http:") throw new Error(`${url.protocol} addresses are not served by the sandbox`);
      if (!LOOPBACK.has(url.hostname) && !allowedHosts.includes(url.hostname))
        throw new Error(`host ${url.hostname} is not allowed`);
      return await download(url, agent);
    },
    close: () => agent.destroy(),
  };
}

function parsed(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new Error("not a URL"); // Node's own message would repeat it, signature and all
  }
}

function download(url: URL, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const outgoing = get(url, { agent, timeout: TIMEOUT }, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST_FILE) outgoing.destroy(new Error(`larger than ${LARGEST_FILE} bytes`));
        else chunks.push(chunk);
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        if (incoming.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`the storage answered ${incoming.statusCode}`));
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
    outgoing.on("error", reject);
  });
}
