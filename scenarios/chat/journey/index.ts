import exec from "k6/execution";
import type { Client } from "k6/net/grpc";
import { Receiver } from "../../../src/core/delivery/receiver.ts";
import { Stamper, stamped } from "../../../src/core/delivery/stamp.ts";
import { parseDuration } from "../../../src/core/duration.ts";
import { asJourneyError, JourneyError } from "../../../src/core/errors.ts";
import { journey } from "../../../src/k6/journey.ts";
import type { Run } from "../../../src/k6/run.ts";
import { GOODBYE, nextAction, somethingToSay } from "../model/actions.ts";
import { unheardBy, witnessCount } from "../model/witnesses.ts";
import type { chatTable } from "../settings.ts";
import { ClusterClient } from "./cluster-client.ts";
import { createChatMetrics } from "./metrics.ts";
import { proveDelivery } from "./proof.ts";
import { pushListener } from "./push-listener.ts";
import { ClientTally } from "./tally.ts";

/** What a run of this journey needs beside its settings. */
export interface Chat extends Run<ReturnType<typeof chatTable>> {
  /** This VU's client, with the protos loaded. */
  readonly client: Client;
}

/** Times that a client says goodbye to a room: each tells how many messages it sent, and one of them may be lost too. */
const GOODBYES = 2;
/** How long after a failed call its stream may take to break, ms. */
const NOTICE_MS = 1_000;
/** What was sent so long before a stream's last push may have been on its way when it broke, ms. */
const IN_FLIGHT_MS = 1_000;
/** Above this many clients nobody reads their rows. */
const MOST_ROWS = 20;

const metrics = createChatMetrics();

/** One chat client, from its registration to the proof that what it said and was to hear was delivered. One iteration on the event loop; nothing in it blocks. */
export const chat = journey<Chat>("chat", async (user, { timed }, run) => {
  const { values } = run;
  const { clients, duration, stagger } = timesOf(run);
  await user.pause(Math.max(0, user.number * stagger - elapsed()));

  const number = user.number + 1;
  const say = (line: string) => {
    if (values.VERBOSE) console.log(`[Client ${number}] ${line}`);
  };
  const tally = new ClientTally();
  const receiver = new Receiver(user.number, clients);
  const stampers = new Map<string, Stamper>();
  /** Of its own messages, how many it sent to each room while it was there, and so must hear. */
  const owed = new Map<string, number>();
  const heard = pushListener({ receiver, tally, metrics, self: user.number, values, say });
  const client = new ClusterClient(run.client, user, values, metrics, heard.push);

  await timed("register", () => client.register());
  const until = Date.now() + duration;
  const witness = user.number < witnessCount(clients, values.GATES.length);
  for (const room of witness ? values.ROOMS : []) {
    await timed("join", () => client.keep(room));
    receiver.joined(room, Date.now());
  }
  const rows = clients <= MOST_ROWS;
  let nextRow = Date.now() + values.STATS_INTERVAL;
  const row = () => console.log(tally.line(number, client.name, client.room, receiver.missing));

  /** Sends a message; one that is not acknowledged is remembered as such, and the client goes on, as the original does. */
  const send = async (room: string, text: string, more?: number) => {
    const stamper = stampers.get(room) ?? new Stamper(user.number, values.ROOMS.indexOf(room));
    stampers.set(room, stamper);
    try {
      // The stamp is made last: what the step does before is not the message's way.
      await timed("send", () => client.send(room, stamped(text, stamper.next(Date.now(), more))));
      tally.sent++;
      metrics.sent.add(1, { room });
      say(`Sent: ${text}`);
    } catch {
      stamper.unacknowledged();
      tally.unacknowledged++;
      metrics.unacknowledged.add(1);
    }
    if (client.rooms.has(room)) owed.set(room, stamper.count);
  };
  const goodbye = async (rooms: readonly string[]) => {
    for (const room of rooms) {
      for (let more = GOODBYES - 1; more >= 0; more--) await send(room, GOODBYE, more);
    }
  };
  const reconnect = async () => {
    const broken = client.broken;
    if (broken === undefined) return;
    say(`Stream broke: ${broken.why.message}`);
    await timed("reconnect", () => client.reconnect());
    receiver.gap(heard.lastAt(broken.since) - IN_FLIGHT_MS, Date.now());
    say("Back again");
  };
  const act = async () => {
    const action = nextAction(user.random, client.room !== undefined, values.WEIGHTS);
    tally.actions++;
    metrics.actions.add(1, { action });
    if (action === "join") {
      const room = user.random.pick(values.ROOMS);
      await timed("join", () => client.join(room));
      receiver.joined(room, Date.now());
      say(`Joined chatroom: ${room}`);
    } else if (action === "leave" && client.room !== undefined) {
      if (!witness) receiver.left(client.room, Date.now());
      say(`Left chatroom: ${client.room}`);
      client.leave();
    } else if (action === "send" && client.room !== undefined) {
      await send(client.room, somethingToSay(user.random, client.name, tally.sent));
    }
  };

  const tryToAct = () =>
    act().catch(async (thrown) => {
      // A call may learn before the stream does that the gate is gone: then the way back decides.
      if (asJourneyError(thrown).kind === "transport") await client.pause(NOTICE_MS);
      if (client.broken === undefined) throw thrown;
    });
  const listen = async (end: number) => {
    while (Date.now() < end) {
      await client.pause(end - Date.now());
      await reconnect();
    }
  };

  const silentFrom = exec.scenario.startTime + (clients - 1) * stagger + duration;
  try {
    const wait = ([low, high]: readonly [number, number]) => low + (high - low) * user.random.uniform();
    let pause = wait(values.FIRST_DELAY);
    while (Date.now() + pause < until) {
      await client.pause(pause);
      if (client.broken === undefined) await tryToAct();
      await reconnect();
      pause = wait(values.DELAY);
      heard.flush();
      if (rows && Date.now() >= nextRow) {
        row();
        nextRow += values.STATS_INTERVAL;
      }
    }
    // Who is in no room joins one: all shall hear the witnesses somewhere.
    if (client.room === undefined && client.broken === undefined) await tryToAct();
    // And who had nothing to say so far says goodbye: everyone shall be heard.
    const spoken = stampers.size > 0 ? [...stampers.keys()] : [...client.rooms];
    if (!witness) await goodbye(spoken);
    // Silence for as long as a message may take once the last client is done, then the witnesses' words, and silence again.
    const called = silentFrom + values.DELIVERY_TIMEOUT;
    await listen(called);
    if (witness) await goodbye(values.ROOMS);
    await listen(Math.max(called, Date.now()) + values.DELIVERY_TIMEOUT);
  } finally {
    heard.flush();
    client.close();
    if (rows) row();
  }
  const unheard = unheardBy(receiver, { self: user.number, clients, gates: values.GATES.length, silentFrom });
  await timed("prove", () => proveDelivery(receiver.losses(owed), unheard, tally, metrics));
  return "succeeded";
});

/** Milliseconds since k6 started this instance's clients. */
const elapsed = () => Date.now() - exec.scenario.startTime;

function timesOf({ load: { arrivals } }: Chat): { clients: number; duration: number; stagger: number } {
  if (arrivals.kind !== "clients") throw new JourneyError("unexpected", "chat needs a load of clients");
  const { clients, duration, stagger } = arrivals;
  return { clients, duration: parseDuration(duration), stagger: stagger === undefined ? 0 : parseDuration(stagger) };
}
