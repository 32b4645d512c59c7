/** Closed economies: wallets are made, operations move money between them, and then every wallet must hold exactly what was acknowledged. */

import { roundsOf } from "../../../src/core/arrivals/index.ts";
import { parseDuration } from "../../../src/core/duration.ts";
import { asJourneyError } from "../../../src/core/errors.ts";
import { roundsIn } from "../../../src/core/rounds.ts";
import { instanceHere } from "../../../src/k6/instance.ts";
import { type LedgerRun, metrics, type Round, roundOf } from "./context.ts";
import { drained } from "./drain.ts";
import { operate } from "./operate.ts";
import { overdrafts } from "./overdraft.ts";
import { allOf } from "./parallel.ts";
import { pauseUntil } from "./pause.ts";
import { prober } from "./prober.ts";
import { races } from "./races.ts";
import { record } from "./record.ts";
import { type TargetAdmin, targetAdminOf, watchTarget } from "./target-admin.ts";
import { readList, verify } from "./verify.ts";
import { createWallets } from "./wallets.ts";

async function runRound(round: Round, target: TargetAdmin | undefined): Promise<void> {
  metrics.unjudged.add(1);
  const stopWatching = await watchTarget(target);
  const before = round.values.CLOSED ? await readList(round) : undefined;
  const { ordinary, probe, racing } = await createWallets(round);
  const least = round.values.MIX.transfer > 0 ? 2 : 1;
  if (ordinary.length < least) throw new Error(`${ordinary.length} of ${round.plan.wallets} wallets could be made`);
  let done = false;
  const operating = operate(round, ordinary).finally(() => {
    done = true;
  });
  await allOf([operating, races(round, racing), prober(round, probe, () => done)]);
  await overdrafts(round);
  const seen = await drained(round, target);
  await stopWatching();
  await verify(round, seen, before);
  record(round);
}

/** All rounds of this instance, one after another; the VU's one iteration. */
export async function economy(run: LedgerRun, runNumber: number): Promise<void> {
  const here = instanceHere(run.common.INSTANCES);
  const load = roundsIn(run.load);
  const every = load.every === undefined ? 0 : parseDuration(load.every);
  const target = targetAdminOf(run.values.ADMIN_URL);
  metrics.run.add(runNumber);
  metrics.instance.add(here.index);
  const began = Date.now();
  for (const [number, plan] of roundsOf(load, here, run.common.SEED).entries()) {
    await pauseUntil(began + number * every);
    const id = { run: runNumber, instance: here.index, round: number };
    try {
      await runRound(roundOf(run, id, plan), target);
    } catch (thrown) {
      // What this round was is not known: it stays unjudged, which no gate lets pass.
      console.error(`round ${number} could not be judged: ${asJourneyError(thrown).message}`);
    }
  }
}
