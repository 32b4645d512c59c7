// The stream node of a space: River's StreamService over gRPC, on one machine and without replication. It checks every hash and signature, asks the chain who is
// a member, and lets nobody in whom the chain does not know.
import { type handleServerStreamingCall, type handleUnaryCall, Server } from "@grpc/grpc-js";
import { type Address, toHex } from "viem";
import { createBook } from "../../../src/sandbox/counters.ts";
import { createFaults } from "../../../src/sandbox/faults.ts";
import { bindLoopback } from "../../../src/sandbox/grpc-server.ts";
import type { ChildService } from "../../../src/sandbox/remote-service.ts";
import { nodeAccount } from "./accounts.ts";
import { RiverError, statusOf } from "./errors.ts";
import type { Signer } from "./events.ts";
import { nodeFlags } from "./faults.ts";
import { createHandlers } from "./handlers.ts";
import { createMemberships, type Remembered, remembered } from "./memberships.ts";
import { definition, type SyncCookie } from "./messages.ts";
import type { Authority } from "./rules.ts";
import { createStreams } from "./streams.ts";
import { createSyncs, SYNC_BUFFER } from "./syncs.ts";

const DEFAULT_MINIBLOCK_MS = 2_000;

export interface StreamNodeOptions {
  /** 0 takes a free one. */
  port: number;
  rpcUrl: string;
  /** Milliseconds between miniblocks; 2,000 unless given. */
  miniblockMs?: number;
  /** How long what the chain said is remembered; 15 min for yes and 2 s for no unless given. */
  remembered?: Remembered;
  /** Updates that may wait for a sync's reader before it is cut off; 4,096 unless given. */
  syncBuffer?: number;
}

export function createStreamNode(options: StreamNodeOptions): ChildService {
  const book = createBook();
  const faults = createFaults("node", nodeFlags, { general: false });
  const applies = (fault: string) => {
    if (!faults.take(fault)) return false;
    book.count(`faults.${fault}`);
    return true;
  };
  const memberships = createMemberships(options.rpcUrl, options.remembered ?? remembered, () =>
    book.count("chain.reads"),
  );
  const authority: Authority = {
    async isEntitled(space, user) {
      const member = await memberships.isMember(space, user);
      return member ? !applies("deny-member") : applies("accept-stranger");
    },
    isOwner: memberships.isOwner,
    isExpired: (expiry) => applies("expired-delegates") || expiry <= Date.now(),
  };
  const account = nodeAccount();
  const node: Signer = {
    privateKey: toHex(account.getHdKey().privateKey as Uint8Array),
    creator: account.address.toLowerCase() as `0x${string}`,
  };
  const syncs = createSyncs({ faults, buffer: options.syncBuffer ?? SYNC_BUFFER, count: book.count });
  const memberFor = (user: Address): Address => (applies("wrong-member") ? account.address : user);
  const streams = createStreams({ node, syncs, authority, memberFor, count: book.count });
  const handlers = createHandlers({ streams, syncs, authority, count: book.count });

  const refusal = (method: string, error: unknown) => {
    if (error instanceof RiverError) {
      book.count(error.reason === undefined ? `refused.${error.err}` : "denied");
      if (error.reason !== undefined) book.count(`denied.${error.reason}`);
    } else book.error(method, error);
    return statusOf(error);
  };
  const unary =
    (method: string, handle: (request: never) => Promise<Buffer>): handleUnaryCall<never, Buffer> =>
    async ({ request }, answer) => {
      try {
        answer(null, await handle(request));
      } catch (error) {
        answer(refusal(method, error));
      }
    };
  const syncStreams: handleServerStreamingCall<{ sync_pos?: readonly SyncCookie[] }, Buffer> = (call) => {
    try {
      handlers.syncStreams(call);
    } catch (error) {
      call.emit("error", refusal("SyncStreams", error));
    }
  };

  const server = new Server();
  server.addService(definition, {
    ...Object.fromEntries(Object.entries(handlers.unary).map(([method, handle]) => [method, unary(method, handle)])),
    SyncStreams: syncStreams,
  });

  let url = "";
  let clock: NodeJS.Timeout | undefined;
  const tick = async () => {
    if (!applies("no-miniblocks")) await streams.tick().catch((error) => book.error("miniblocks", error));
    clock = setTimeout(tick, options.miniblockMs ?? DEFAULT_MINIBLOCK_MS);
  };
  return {
    name: "node",
    get url() {
      return url;
    },
    counters: () => ({ ...book.counters(), ...syncs.counters() }),
    errors: book.errors,
    reset: book.reset,
    faults: faults.list,
    setFault: faults.set,
    clearFaults: faults.clear,
    async listen() {
      url = `127.0.0.1:${await bindLoopback(server, options.port, "node")}`;
      clock = setTimeout(tick, options.miniblockMs ?? DEFAULT_MINIBLOCK_MS);
    },
    async close() {
      clearTimeout(clock);
      clock = undefined;
      syncs.close();
      server.forceShutdown();
    },
  };
}
