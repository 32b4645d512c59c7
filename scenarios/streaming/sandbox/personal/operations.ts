// Operations after they were accepted: starting -> processing -> succeeded | failed | canceled, in the time a model would take.
import { randomUUID } from "node:crypto";
import type { RandomStream } from "../../../../src/core/random.ts";

export type OperationStatus = "starting" | "processing" | "succeeded" | "failed" | "canceled";

export interface Operation {
  readonly id: string;
  readonly createdAt: string;
  status: OperationStatus;
  startedAt: string | null;
  finishedAt: string | null;
  result: unknown;
}

/** How long an operation takes, in ms. */
export interface OperationLatency {
  /** Until it leaves `starting`. */
  readonly start: number;
  /** From then until it ends; up to `jitter` more is added, drawn from a seeded stream. */
  readonly process: number;
  readonly jitter: number;
}

export interface OperationsOptions {
  latency: OperationLatency;
  jitter: RandomStream;
  /** Operations kept for polling; beyond it the oldest finished one is forgotten. */
  keep: number;
  count(name: string): void;
}

export interface Operations {
  /** Accepts an operation that will end as `outcome`, or stays in processing when it is undefined. */
  start(outcome: { status: "succeeded" | "failed"; result: unknown } | undefined): Operation;
  get(id: string): Operation | undefined;
  /** False when there is none of that id. A finished one stays as it is. */
  cancel(id: string): boolean;
  close(): void;
}

const isOver = (operation: Operation) => operation.finishedAt !== null;

export function createOperations({ latency, jitter, keep, count }: OperationsOptions): Operations {
  const operations = new Map<string, Operation>();
  const timers = new Map<string, NodeJS.Timeout>();

  const later = (id: string, ms: number, then: () => void) => {
    timers.set(id, setTimeout(then, ms));
  };
  const end = (operation: Operation, status: OperationStatus, result: unknown) => {
    clearTimeout(timers.get(operation.id));
    timers.delete(operation.id);
    Object.assign(operation, { status, result, finishedAt: new Date().toISOString() });
    count(`operations.${status}`);
  };
  const forgetOldest = () => {
    for (const [id, operation] of operations) {
      if (!isOver(operation)) continue;
      operations.delete(id);
      count("operations.forgotten");
      return;
    }
  };

  return {
    start(outcome) {
      if (operations.size >= keep) forgetOldest();
      const operation: Operation = {
        id: randomUUID(),
        createdAt: new Date().toISOString(),
        status: "starting",
        startedAt: null,
        finishedAt: null,
        result: null,
      };
      operations.set(operation.id, operation);
      count("operations.created");
      const work = latency.process + jitter.uniform() * latency.jitter;
      later(operation.id, latency.start, () => {
        operation.status = "processing";
        operation.startedAt = new Date().toISOString();
        timers.delete(operation.id);
        if (outcome) later(operation.id, work, () => end(operation, outcome.status, outcome.result));
      });
      return operation;
    },
    get: (id) => operations.get(id),
    cancel(id) {
      const operation = operations.get(id);
      if (!operation) return false;
      if (!isOver(operation)) end(operation, "canceled", null);
      return true;
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      operations.clear();
    },
  };
}
