// The root, client 0: it pays for all, says hello, mints, and gives the signal that the others wait for.
import { formatEther } from "k6/x/ethereum";
import type { EventId } from "k6/x/towns";
import { clientOf } from "../../../src/k6/chain.ts";
import { counterText, doneText, helloText, kickoffText, signalText } from "../model/bodies.ts";
import { contractOf } from "../model/ids.ts";
import type { Job } from "../model/mints.ts";
import { clientsOf, type Space } from "./context.ts";
import type { Member } from "./member.ts";
import type { Announcements } from "./messages.ts";
import { type Minting, mintAll } from "./mint.ts";
import { termsOf } from "./terms.ts";

/** Between two looks at who has checked in, ms. */
const COUNT_EVERY_MS = 5_000;

export class Root {
  readonly #run: Space;
  readonly #member: Member;
  readonly #heard: Announcements;
  readonly #minting: Minting;
  readonly #verify: () => Promise<void>;
  readonly #started = Date.now();
  #jobs: readonly Job[] = [];
  #hello: EventId = "";
  #counter: EventId = "";
  #counted = 1;
  #minted = 0;

  /** @param verify waits for its own token on chain */
  constructor(run: Space, member: Member, heard: Announcements, verify: () => Promise<void>) {
    const { values, metrics } = run;
    this.#run = run;
    this.#verify = verify;
    this.#member = member;
    this.#heard = heard;
    const space = contractOf(member.setupData.space);
    this.#minting = { client: clientOf(values), root: member.account, space, values, metrics };
  }

  /** Becomes a member itself, joins, and says what will happen. */
  async kickoff(): Promise<void> {
    const { setupData, account } = this.#member;
    const { client } = this.#minting;
    const { jobs, members } = await termsOf(this.#run, setupData.session, setupData.space);
    this.#run.metrics.already.add(members);
    await mintAll(
      jobs.slice(0, 1).filter(({ number }) => number === 0),
      this.#minting,
    );
    this.#jobs = jobs.filter(({ number }) => number !== 0);
    await this.#verify();
    await this.#member.begin();
    await this.#member.follow(setupData.announce, (said) => this.#heard.hear(said), "setup");
    await this.#member.join(setupData.announce, "announce");

    const { values } = this.#run;
    const clients = clientsOf(this.#run);
    const facts = { instances: values.INSTANCES, clients, random: values.RANDOM_CLIENTS };
    this.#hello = await this.#say(helloText(setupData.session, facts));
    this.#counter = await this.#say(counterText(1, clients));
    const balance = formatEther(await client.getBalance({ address: account.address }));
    await this.#reply(kickoffText({ walletBalance: balance, clientsCount: clients, toMint: this.#jobs.length }));
    console.log(
      `client 0 is the root ${account.address}: it mints ${this.#jobs.length} memberships, ${members} clients have one`,
    );
  }

  /** Mints for all others. */
  async mint(): Promise<void> {
    await mintAll(this.#jobs, this.#minting);
    this.#minted = Date.now();
  }

  /** Tells the others that their memberships are there. */
  async signal(): Promise<void> {
    await this.#reply(signalText(this.#member.setupData.session));
    const now = Date.now();
    this.#run.metrics.receiptToSignal.add(now - this.#minted);
    this.#run.metrics.timeToSignal.add(now - this.#started);
  }

  /** Keeps the counter of those who have checked in up to date until `ended` says so. Never rejects: a run is not judged by its counter. */
  async count(ended: () => boolean): Promise<void> {
    try {
      while (!ended()) {
        await this.#member.pause(COUNT_EVERY_MS);
        await this.#update();
      }
    } catch (thrown) {
      console.warn(`the counter of clients stopped: ${(thrown as Error).message}`);
    }
  }

  async #update(): Promise<void> {
    const here = 1 + this.#heard.checkedIn.size;
    if (here === this.#counted) return;
    this.#counted = here;
    const text = { body: counterText(here, clientsOf(this.#run)) };
    await this.#member.say(this.#member.setupData.announce, { edit: { refEventId: this.#counter, post: { text } } });
  }

  /** Says how it went. @param facts of the root's own chat */
  async done(facts: Readonly<Record<string, number>>): Promise<void> {
    await this.#update();
    this.#run.metrics.checkInsSeen.add(this.#heard.checkedIn.size);
    await this.#reply(doneText({ checkedIn: this.#heard.checkedIn.size, clients: clientsOf(this.#run), ...facts }));
  }

  #say(body: string): Promise<EventId> {
    return this.#member.say(this.#member.setupData.announce, { post: { text: { body } } });
  }

  #reply(body: string): Promise<EventId> {
    return this.#member.say(this.#member.setupData.announce, { post: { threadId: this.#hello, text: { body } } });
  }
}
