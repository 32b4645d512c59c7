// The app in front of the personal server, and its relayer.
import { JourneyError } from "../../../src/core/errors.ts";
import { below, jsonBody, send } from "../../../src/k6/http.ts";
import { redact } from "../../../src/k6/redact.ts";
import type { Caller } from "../../../src/k6/user.ts";
import type { Operation } from "./personal-server.ts";

interface AppBody {
  success?: boolean;
  data?: Operation;
  error?: unknown;
}

const said = (error: unknown) =>
  redact(typeof error === "string" ? error : (JSON.stringify(error) ?? "no reason")).slice(0, 160);

/** The app's endpoints: it holds the grantee's key and asks the personal server itself. */
export function appOf(url: string, chainId: number) {
  async function post(caller: Caller, path: string, body: unknown): Promise<Operation> {
    const answer = (
      await send(caller, { method: "POST", url: below(url, path), name: path, ...jsonBody(body) })
    ).json<AppBody>();
    // Success is what the app says, not that it answered: it reports failures with HTTP 200 too.
    if (answer.success !== true || answer.data?.id === undefined)
      throw new JourneyError("server", `${path}: ${said(answer.error)}`);
    return answer.data;
  }
  return {
    createOperation: async (caller: Caller, permissionId: bigint) =>
      (await post(caller, "/api/trusted-server", { permissionId: Number(permissionId) })).id,
    operation: (caller: Caller, operationId: string) =>
      post(caller, "/api/trusted-server/poll", { operationId, chainId }),
  };
}

interface RelayBody {
  type?: string;
  hash?: string;
  transactionHash?: string;
  operationId?: string;
  error?: unknown;
}

export interface RelayRequest {
  readonly typedData: unknown;
  readonly signature: string;
  readonly expectedUserAddress: string;
}

/** Milliseconds between two looks at a pending relay. */
const STATUS_INTERVAL = 500;

/** The relayer: it pays for a user's signed message. Its failures come as HTTP 200 with type "error". */
export function relayOf(url: string) {
  const read = (body: RelayBody) => {
    if (body.type === "error" || (body.error !== undefined && body.error !== null))
      throw new JourneyError("relay", `relay: ${said(body.error)}`);
    return body;
  };
  return {
    url,
    /**
     * Hands a signed message to the relayer and resolves with the transaction's hash.
     * Not sent again when its answer was lost: the relayer may have carried it out. The caller then looks on chain.
     */
    async submit(caller: Caller, operation: string, request: RelayRequest): Promise<`0x${string}`> {
      let body = read(
        (
          await send(caller, {
            method: "POST",
            url,
            name: "relay",
            idempotent: false,
            ...jsonBody({ type: "signed", operation, ...request }),
          })
        ).json<RelayBody>(),
      );
      while (body.type === "pending" && body.operationId !== undefined && body.hash === undefined) {
        await caller.pause(STATUS_INTERVAL);
        const status = jsonBody({ type: "status_check", operationId: body.operationId });
        body = {
          operationId: body.operationId,
          ...read((await send(caller, { method: "POST", url, name: "relay status", ...status })).json<RelayBody>()),
        };
      }
      const hash = body.hash ?? body.transactionHash;
      if (hash === undefined)
        throw new JourneyError("protocol", `relay: an answer of type ${body.type ?? "none"} holds no hash`);
      return hash as `0x${string}`;
    },
  };
}
