// What the personal server reads from the chain, by eth_call over one keep-alive connection pool.
import { Agent, request } from "node:http";
import { type Abi, decodeFunctionResult, encodeFunctionData, type Hex } from "viem";
import { addresses } from "../../abi/addresses.ts";
import { granteeHeadAbi, permissionsAbi, registryAbi } from "../../abi/generated.ts";

export interface OnChainPermission {
  readonly id: bigint;
  readonly grantor: Hex;
  readonly granteeId: bigint;
  readonly grant: string;
  readonly fileIds: readonly bigint[];
}

export interface OnChainFile {
  readonly id: bigint;
  readonly url: string;
  /** The file's password, encrypted to the server; empty when it is not shared with it. */
  readonly encryptedKey: string;
}

export interface ChainReader {
  permission(id: bigint): Promise<OnChainPermission>;
  /** Checksummed address of a grantee's app. */
  granteeAddress(id: bigint): Promise<string>;
  file(id: bigint, serverAddress: string): Promise<OnChainFile>;
  close(): void;
}

/** Milliseconds until a read counts as failed. */
const TIMEOUT = 30_000;

interface Call {
  readonly to: Hex;
  readonly abi: Abi;
  readonly functionName: string;
  readonly args: readonly unknown[];
}

export function createChainReader(rpcUrl: string): ChainReader {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });

  /** Several reads as one JSON-RPC batch. */
  async function read(...calls: Call[]): Promise<unknown[]> {
    const body = calls.map(({ to, abi, functionName, args }, id) => ({
      jsonrpc: "2.0",
      id,
      method: "eth_call",
      params: [{ to, data: encodeFunctionData({ abi, functionName, args }) }, "latest"],
    }));
    const answers = JSON.parse(await post(rpcUrl, agent, JSON.stringify(body))) as {
      id: number;
      result?: Hex;
      error?: { message: string };
    }[];
    if (!Array.isArray(answers)) throw new Error("the chain did not answer a batch with a batch");
    return calls.map(({ abi, functionName }, id) => {
      const answer = answers.find((candidate) => candidate.id === id);
      if (answer?.result === undefined) throw new Error(answer?.error?.message ?? `no answer to ${functionName}`);
      return decodeFunctionResult({ abi, functionName, data: answer.result });
    });
  }

  return {
    async permission(id) {
      const [permission] = await read({
        to: addresses.permissions,
        abi: permissionsAbi,
        functionName: "permissions",
        args: [id],
      });
      return permission as OnChainPermission;
    },
    async granteeAddress(id) {
      // The call costs what it costs on the real chain, but decoding tens of thousands of the grantee's permission ids only to drop
      // them would make this server the bottleneck of the test.
      const call = { to: addresses.grantees, abi: granteeHeadAbi, functionName: "grantees", args: [id] };
      const [grantee] = await read(call);
      return (grantee as { granteeAddress: string }).granteeAddress;
    },
    async file(id, serverAddress) {
      const at = { to: addresses.registry, abi: registryAbi } as const;
      const [file, encryptedKey] = await read(
        { ...at, functionName: "files", args: [id] },
        { ...at, functionName: "filePermissions", args: [id, serverAddress] },
      );
      return { ...(file as { id: bigint; url: string }), encryptedKey: encryptedKey as string };
    },
    close: () => agent.destroy(),
  };
}

function post(url: string, agent: Agent, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const outgoing = request(url, { method: "POST", agent, headers, timeout: TIMEOUT }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        if (incoming.statusCode !== 200) reject(new Error(`the chain answered ${incoming.statusCode}`));
        else resolve(Buffer.concat(chunks).toString("utf8"));
      });
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`the chain did not answer within ${TIMEOUT / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
