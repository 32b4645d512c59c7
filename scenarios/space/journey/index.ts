import { parseDuration } from "../../../src/core/duration.ts";
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { clientOf } from "../../../src/k6/chain.ts";
import { journey } from "../../../src/k6/journey.ts";
import type { User } from "../../../src/k6/user.ts";
import { signalText } from "../model/bodies.ts";
import { contractOf } from "../model/ids.ts";
import type { Stage } from "../model/metrics.ts";
import { emojiOf, usernameOf } from "../model/phrases.ts";
import { stressResultLine } from "../model/result.ts";
import { announceTimeout } from "../model/timeout.ts";
import { accountOf, type SetupData, type Space } from "./context.ts";
import { Member } from "./member.ts";
import { ownToken } from "./membership.ts";
import { Announcements } from "./messages.ts";
import type { Root } from "./root.ts";
import { Talk } from "./talk.ts";

export interface SpaceRun extends Space {
  readonly setupData: SetupData;
  /** Makes the root, which most clients do without. */
  rootOf(...of: ConstructorParameters<typeof Root>): Root;
}

/** One client of a space, from its membership to the proof that what it said was delivered. Client 0 is the root, which pays for all of them. One iteration on the event loop. */
export const space = journey<SpaceRun>("space", async (user, { timed }, run) => {
  const { values, setupData, metrics } = run;
  const duration = run.load.arrivals.kind === "clients" ? parseDuration(run.load.arrivals.duration) : 0;
  const timeout = announceTimeout(values, duration);
  const member = new Member(run, setupData, user, accountOf(run, setupData.session, user.number));
  const heard = new Announcements(setupData);
  const verify = async () => {
    const limits = { every: values.POLL_INTERVAL, timeout };
    await ownToken(user, clientOf(values), contractOf(setupData.space), member.account.address, limits);
    metrics.owned.add(1);
  };
  const stage = stagesOf(run, user, member);
  let ended = false;
  let root: Root | undefined;

  try {
    await stage("JOIN_CHAT", async () => {
      if (user.number === 0) {
        const lead = run.rootOf(run, member, heard, verify);
        root = lead;
        await timed("kickoff", () => lead.kickoff());
        await timed("mint", () => lead.mint());
        await timed("signal", () => lead.signal());
      } else {
        await timed("membership", verify);
        await timed("streams", () => member.begin());
        await timed("announce", async () => {
          await member.follow(setupData.announce, (said) => heard.hear(said), "setup");
          if (values.TALK) await member.join(setupData.announce, "announce");
        });
      }
      await timed("wait", () =>
        member.until(
          () => heard.signalAt,
          timeout,
          () => noSignal(setupData.session, timeout),
        ),
      );
      if (values.TALK && user.number > 0) await timed("check-in", () => checkIn(run, user, member, heard));
      await timed("join", async () => {
        if (!values.TALK) {
          // Each join is told to all who hear the channel: where nobody talks, nobody listens on.
          await member.unfollow(setupData.announce);
          await member.join(setupData.announce, "announce");
        }
        await member.join(setupData.space, "space");
        // One after another, as the original does: each looks for itself in miniblocks that are full of all the others.
        for (const id of setupData.channels) await member.join(id, "channel");
      });
      metrics.signalToJoined.add(Date.now() - (heard.signalAt ?? 0));
    });
    if (!values.TALK) return "succeeded";

    const counting = root?.count(() => ended);
    const talk = new Talk(run, user, member);
    await stage("UPDATE_PROFILE", () =>
      timed("profile", () => member.setUsername(usernameOf(user.random, user.number))),
    );
    await stage("CHIT_CHAT", async () => {
      await timed("chat", async () => {
        await talk.listen();
        // All end at one time, so that nobody is gone while others still talk.
        await talk.talk((heard.signalAt ?? 0) + duration);
      });
      ended = true;
      await counting;
      await timed("summary", async () => {
        await root?.done({ sent: talk.tally.sent, received: talk.tally.received });
        await talk.prove();
      });
    });
    return "succeeded";
  } finally {
    ended = true;
    member.close();
  }
});

/** Runs one of the original's steps and logs its line about it. */
function stagesOf(run: SpaceRun, user: User, member: Member) {
  const print = (stage: Stage, reason?: string) => {
    run.metrics.results.add(1, { stage, result: reason === undefined ? "PASS" : "FAIL" });
    const line = stressResultLine({
      stage,
      ...(reason === undefined ? {} : { reason }),
      session: run.setupData.session,
      container: run.setupData.container,
      client: user.number,
      user: member.account.address,
      rpcUrl: run.values.NODE_URL,
    });
    console.log(line);
  };
  return async (stage: Stage, fn: () => Promise<unknown>): Promise<void> => {
    try {
      await fn();
      print(stage);
    } catch (thrown) {
      print(stage, asJourneyError(thrown).message);
      throw thrown;
    }
  };
}

const noSignal = (session: string, timeout: number) =>
  new JourneyError(
    "timeout",
    `no ${signalText(session)} in the announce channel within ${timeout / 1_000} s (the longer of DURATION and 20 s, unless ANNOUNCE_TIMEOUT says so): does the process that holds the root (client 0) still run?`,
    { detail: "NO_SIGNAL" },
  );

/** Reacts to the root's hello, and hears it. @throws JourneyError of kind proof when it does not come back */
async function checkIn(
  { values, setupData, metrics }: SpaceRun,
  user: User,
  member: Member,
  { hello }: Announcements,
): Promise<void> {
  const id = await member.say(setupData.announce, {
    reaction: { refEventId: hello ?? "", reaction: emojiOf(user.random) },
  });
  await member.until(
    () => member.isBack(id) || undefined,
    values.DELIVERY_TIMEOUT,
    () =>
      new JourneyError("proof", `its check-in did not come back within ${values.DELIVERY_TIMEOUT / 1_000} s`, {
        detail: "CHECK_IN_LOST",
      }),
  );
  metrics.checkIns.add(1);
}
