// A client of the stream node, for what the sandbox itself asks of it and for tests.
import { Client, type ClientReadableStream, credentials } from "@grpc/grpc-js";
import { definition } from "./messages.ts";

export interface NodeClient {
  /** Calls a method with one answer. @throws gRPC's ServiceError */
  call<T>(method: string, request: object): Promise<T>;
  stream<T>(method: string, request: object): ClientReadableStream<T>;
  close(): void;
}

/** @param url host and port */
export function connectToNode(url: string): NodeClient {
  const client = new Client(url, credentials.createInsecure());
  const of = (method: string) => {
    const found = definition[method];
    if (!found) throw new Error(`the stream node has no method ${method}`);
    return found;
  };
  return {
    call: (method, request) =>
      new Promise((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = of(method);
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
          error ? reject(error) : resolve(answer as never),
        );
      }),
    stream(method, request) {
      const { path, requestSerialize, responseDeserialize } = of(method);
      return client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    },
    close: () => client.close(),
  };
}
