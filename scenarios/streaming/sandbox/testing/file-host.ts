// For tests: a plain HTTP host of files, where what matters is not the storage.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface FileHost {
  /** Makes bytes readable and returns their URL. */
  put(name: string, content: string | Uint8Array): string;
  readonly url: string;
  /** How many requests it has answered. */
  requests(): number;
  close(): Promise<void>;
}

export async function startFileHost(): Promise<FileHost> {
  const files = new Map<string, string | Uint8Array>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    const content = files.get(request.url ?? "");
    response.writeHead(content === undefined ? 404 : 200).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests: () => requests,
    put(name, content) {
      files.set(`/${name}`, content);
      return `${url}/${name}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
