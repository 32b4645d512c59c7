// Making the wallets of a round.
import type { Answer } from "../model/answers.ts";
import { idempotencyKey, walletId } from "../model/ids.ts";
import { openWallet, type Wallet } from "../model/model.ts";
import { amountRanges } from "../model/operations.ts";
import { failed, metrics, type Round } from "./context.ts";
import { eachOf } from "./parallel.ts";
import { settled, timed } from "./send.ts";

async function createWallet(round: Round, number: number): Promise<Wallet | undefined> {
  const id = walletId(round.id, number);
  const initial = round.random.integer(...amountRanges.initial);
  const key = idempotencyKey(round.id, `create-${number}`);
  const made = (answer: Answer) => answer.kind === "ok" || (answer.kind === "refused" && answer.reason === "conflict");
  const answer = await timed("create", made, () =>
    settled(round, "create", (caller) => round.client.create(caller, id, initial, key)),
  );
  metrics.creation.add(made(answer));
  if (!made(answer)) {
    failed(answer.kind === "ambiguous" ? answer.cause : "refused", "create");
    return undefined;
  }
  metrics.created.add(1);
  return openWallet(id, number, initial, answer.kind === "ok" ? answer.wallets[0] : undefined);
}

/** The wallets of a round, by what they are for. */
export interface Wallets {
  /** What operations move money between. */
  readonly ordinary: Wallet[];
  /** The prober's own. */
  readonly probe: Wallet | undefined;
  /** One for each race. */
  readonly racing: Wallet[];
}

/** Makes the wallets of a round, WORKERS at once: those of its size, one for the prober, and one for each race. */
export async function createWallets(round: Round): Promise<Wallets> {
  const { wallets: ordinary } = round.plan;
  const made: (Wallet | undefined)[] = [];
  const numbers = Array.from({ length: ordinary + 1 + round.values.RACES }, (_, number) => number);
  await eachOf(numbers, round.workers, async (number) => {
    made[number] = await createWallet(round, number);
  });
  const there = (wallet: Wallet | undefined): wallet is Wallet => wallet !== undefined;
  round.wallets.push(...made.filter(there));
  return {
    ordinary: made.slice(0, ordinary).filter(there),
    probe: made[ordinary],
    racing: made.slice(ordinary + 1).filter(there),
  };
}
