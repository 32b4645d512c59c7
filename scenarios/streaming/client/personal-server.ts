// The personal server's HTTP API: a user's server identity, and operations signed by the grantee.
import type { Account } from "k6/x/ethereum";
import { JourneyError } from "../../../src/core/errors.ts";
import { below, jsonBody, send } from "../../../src/k6/http.ts";
import type { Caller } from "../../../src/k6/user.ts";

export interface Identity {
  readonly address: `0x${string}`;
  /** Uncompressed secp256k1 key, 0x04... */
  readonly publicKey: string;
}

/** An operation as the server (or the app in front of it) reports it. */
export interface Operation {
  readonly id: string;
  readonly status: string;
  readonly result?: unknown;
}

interface IdentityBody {
  personal_server?: { address?: string; public_key?: string };
}

export function personalServerOf(url: string) {
  return {
    /** Its address as it stands on chain, for everybody to read. */
    published: url.replace(/\/\/[^/?#]*@/, "//").replace(/[?#].*/, ""),
    /** The key that files for `address` are shared with. */
    async identity(caller: Caller, address: string): Promise<Identity> {
      const answer = await send(caller, {
        method: "GET",
        url: below(url, `/identity?address=${address}`),
        name: "identity",
      });
      const { personal_server: server } = answer.json<IdentityBody>();
      if (server?.address === undefined || server.public_key === undefined)
        throw new JourneyError("protocol", "identity: the answer holds no personal_server");
      return { address: server.address as `0x${string}`, publicKey: server.public_key };
    },
    /** Starts an operation on a permission, signed with the grantee's key over the exact text that is sent. */
    async createOperation(caller: Caller, grantee: Account, permissionId: bigint): Promise<string> {
      const request = JSON.stringify({ permission_id: Number(permissionId) });
      const answer = await send(caller, {
        method: "POST",
        url: below(url, "/operations"),
        name: "operations",
        ...jsonBody({ app_signature: grantee.signMessage({ message: request }), operation_request_json: request }),
      });
      const { id } = answer.json<{ id?: string }>();
      if (id === undefined) throw new JourneyError("protocol", "operations: the answer holds no id");
      return id;
    },
    async operation(caller: Caller, id: string): Promise<Operation> {
      return (
        await send(caller, {
          method: "GET",
          url: below(url, `/operations/${encodeURIComponent(id)}`),
          name: "operation",
        })
      ).json<Operation>();
    },
  };
}
