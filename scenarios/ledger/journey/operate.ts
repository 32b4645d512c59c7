// The operations of a round: as fast as WORKERS get them done, or as they arrive.
import type { Wallet } from "../model/model.ts";
import { dropped, metrics, type Round } from "./context.ts";
import { operation } from "./operation.ts";
import { eachOf } from "./parallel.ts";
import { pauseUntil } from "./pause.ts";

/** Each worker begins an operation when its last one is done and SLEEP is over. */
async function inTurn(round: Round, wallets: readonly Wallet[]): Promise<void> {
  const { values, plan, workers, deadline } = round;
  const numbers = Array.from({ length: plan.operations }, (_, number) => number);
  await eachOf(numbers, workers, async (number) => {
    if (Date.now() > deadline) return;
    await operation(round, wallets, number);
    if (values.SLEEP > 0) await pauseUntil(Date.now() + values.SLEEP);
  });
}

/** Each operation begins at its planned instant, whatever became of the earlier ones; beyond WORKERS under way it is dropped. */
async function asTheyArrive(round: Round, wallets: readonly Wallet[], instants: readonly number[]): Promise<void> {
  const began = Date.now();
  const running = new Set<Promise<void>>();
  for (const [number, seconds] of instants.entries()) {
    const planned = began + 1_000 * seconds;
    await pauseUntil(planned);
    if (running.size >= round.workers) {
      dropped.add(1);
      continue;
    }
    metrics.late.add(Date.now() - planned);
    const one = operation(round, wallets, number).finally(() => running.delete(one));
    running.add(one);
  }
  await Promise.all(running);
}

/** Runs all operations of the round to their ends. */
export async function operate(round: Round, wallets: readonly Wallet[]): Promise<void> {
  const started = Date.now();
  const { instants } = round.plan;
  await (instants === undefined ? inTurn(round, wallets) : asTheyArrive(round, wallets, instants));
  metrics.working.add((Date.now() - started) / 1_000);
}
