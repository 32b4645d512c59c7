// A service in a process of its own, controlled from the sandbox's: each call of its controls is a message over the IPC channel of `fork`. The child ends when the
// channel does, so it cannot outlive the sandbox, however that ends.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { FaultError } from "./faults.ts";
import type { Controls } from "./service.ts";

/** What runs in a process of its own. */
export interface ChildService extends Controls {
  /** Starts listening. @throws PortTakenError */
  listen(): Promise<void>;
}

type Method = "counters" | "errors" | "reset" | "faults" | "setFault" | "clearFaults" | "close";

interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

interface CallResponse {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Id of the answer to the options: the service is listening, or why it is not. */
const START = 0;

const plain = (error: unknown) =>
  error instanceof Error ? { name: error.name, message: error.message } : { name: "Error", message: String(error) };

/** An error of the child as the same kind of error here, as far as the sandbox tells kinds apart. */
function revived({ name, message }: NonNullable<CallResponse["error"]>): Error {
  return name === "FaultError" ? new FaultError(message) : Object.assign(new Error(message), { name });
}

/** In the child: makes the service from the first message, listens, and serves its controls until the parent is gone. */
export function serveToParent<Options>(create: (options: Options) => ChildService): void {
  const answer = (message: CallResponse) => process.send?.(message);
  process.on("SIGINT", () => {}); // Ctrl+C reaches the whole group; the parent decides when this ends
  process.on("SIGTERM", () => {});
  process.once("disconnect", () => process.exit(0));
  process.once("message", async (options: Options) => {
    try {
      const service = create(options);
      await service.listen();
      process.on("message", async ({ id, method, args }: Call) => {
        try {
          const call = service[method] as (...given: readonly unknown[]) => unknown;
          answer({ id, result: await call(...args) });
        } catch (error) {
          answer({ id, error: plain(error) });
        }
      });
      answer({ id: START, result: service.url });
    } catch (error) {
      answer({ id: START, error: plain(error) });
    }
  });
}

/** Milliseconds a child has to end by itself before it is killed. */
const END_TIMEOUT = 2_000;

export interface RemoteService extends Controls {
  readonly pid: number;
  /** Rejects when the child ends without having been told to. Never resolves. */
  readonly failed: Promise<never>;
}

/** In the parent: hands the options to the child and resolves with its controls once it listens. @throws what the child's start threw */
export async function connectToChild<Options extends object>(
  { name, title }: { name: string; title: string },
  child: ChildProcess,
  options: Options,
): Promise<RemoteService> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = START;
  let closing = false;
  const ended = once(child, "exit").then(
    ([code, signal]) => new Error(`the sandbox's ${title} ended by itself (${signal ?? `exit ${code}`})`),
  );
  const failed = ended.then((error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (closing) return new Promise<never>(() => {});
    throw error;
  });
  failed.catch(() => {}); // whoever wants to know waits for it
  child.on("message", ({ id, result, error }: CallResponse) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(revived(error));
    else call?.resolve(result);
  });
  child.on("error", () => {}); // "exit" tells of it too

  const answerTo = (id: number, message: object) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send(message, (error) => {
        if (error) reject(error);
      });
    });
  const call = <T>(method: Method, ...args: unknown[]) => {
    const id = ++lastId;
    return answerTo(id, { id, method, args }) as Promise<T>;
  };

  const end = async () => {
    closing = true;
    if (child.connected) child.disconnect();
    const killer = setTimeout(() => child.kill("SIGKILL"), END_TIMEOUT);
    await ended;
    clearTimeout(killer);
  };

  let url: string;
  try {
    url = (await answerTo(START, options)) as string;
  } catch (error) {
    await end();
    throw error;
  }
  return {
    name,
    url,
    pid: child.pid as number,
    failed,
    counters: () => call("counters"),
    errors: () => call("errors"),
    reset: () => call("reset"),
    faults: () => call("faults"),
    setFault: (input) => call("setFault", input),
    clearFaults: (id) => (id === undefined ? call("clearFaults") : call("clearFaults", id)),
    async close() {
      if (child.connected)
        await Promise.race([
          call("close").catch(() => {}),
          new Promise((resolve) => setTimeout(resolve, END_TIMEOUT).unref()),
        ]);
      await end();
    },
  };
}
