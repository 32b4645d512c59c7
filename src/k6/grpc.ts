// Calls and streams of k6/net/grpc that fail as JourneyErrors.
import { type Client, type GrpcError, StatusOK, Stream } from "k6/net/grpc";
import { clearTimeout, setTimeout } from "k6/timers";
import { JourneyError } from "../core/errors.ts";
import { grpcError } from "../core/grpc.ts";

const UNAVAILABLE = 14;

/** An error that k6 threw: a connection that did not come about has no status. */
const thrownError = (thrown: unknown): JourneyError =>
  thrown instanceof JourneyError
    ? thrown
    : new JourneyError("transport", thrown instanceof Error ? thrown.message : String(thrown), {
        detail: "UNAVAILABLE",
      });

/** @throws JourneyError of kind transport when nobody answers in time */
export function connect(client: Client, address: string, timeout: number, plaintext = true): void {
  try {
    client.connect(address, { plaintext, timeout });
  } catch (thrown) {
    throw thrownError(thrown);
  }
}

/**
 * Calls a method with one answer.
 * @param name of the call in metrics
 * @throws JourneyError
 */
export async function invoke<T>(
  client: Client,
  method: string,
  request: object,
  { timeout, name }: { timeout: number; name: string },
): Promise<T> {
  let response: Awaited<ReturnType<Client["asyncInvoke"]>>;
  try {
    response = await client.asyncInvoke(method, request, { timeout, tags: { name } });
  } catch (thrown) {
    throw thrownError(thrown);
  }
  if (response.status !== StatusOK) {
    const { code, message } = (response.error ?? {}) as { code?: number; message?: string };
    throw grpcError(Number(response.status ?? code), message ?? `${name} failed`);
  }
  return response.message as T;
}

export interface Opening {
  /** Of the stream in metrics. */
  readonly name: string;
  readonly metadata?: Record<string, string>;
  /** Milliseconds within which it must stand. */
  readonly timeout: number;
  /** Told of each message. @returns whether the stream stands: asked until it does */
  message(data: unknown): boolean;
  /** The stream ended after it stood. Called once. */
  broke(error: JourneyError): void;
}

/**
 * Opens a stream of answers to one request; resolves once it stands.
 * @throws JourneyError when the other side refuses, or says nothing within the timeout
 */
export async function openStream(client: Client, method: string, request: object, opening: Opening): Promise<void> {
  const { name, metadata = {}, timeout, message, broke } = opening;
  let stream: Stream;
  try {
    stream = new Stream(client, method, { metadata, tags: { name } });
  } catch (thrown) {
    throw thrownError(thrown); // the connection was lost after it had come about
  }
  let state: "opening" | "open" | "ended" = "opening";
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => fail(new JourneyError("timeout", `no answer to ${name} within ${timeout / 1_000} s`)),
      timeout,
    );
    const fail = (error: JourneyError) => {
      clearTimeout(timer);
      const before = state;
      state = "ended";
      if (before === "opening") reject(error);
      else if (before === "open") broke(error);
    };
    stream.on("data", (data) => {
      if (!message(data) || state !== "opening") return;
      clearTimeout(timer);
      state = "open";
      resolve();
    });
    stream.on("error", (data) => {
      const { code, message: text } = data as GrpcError;
      // k6 hands out a Go number here, which is none of JavaScript's until it is asked for its value.
      fail(grpcError(Number(code), text));
    });
    stream.on("end", () => fail(grpcError(UNAVAILABLE, `the other side ended ${name}`)));
    // Nothing at all happens before the request is written.
    stream.write(request);
  });
}
