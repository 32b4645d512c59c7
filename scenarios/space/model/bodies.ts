// What the root says in the announce channel, and how the others know it: the original test's texts.

/** The root's first message; those of a session find it by the id in it. */
export const helloText = (
  session: string,
  { instances, clients, random }: { instances: number; clients: number; random: number },
) =>
  `hello, we're starting the stress test now!, containers: ${instances} ppc: 1 clients: ${clients} randomNewClients: ${random} sessionId: ${session}`;

export const counterText = (here: number, clients: number) => `Clients: ${here}/${clients} 🤖`;

/** What the followers wait for. */
export const signalText = (session: string) => `MEMBERSHIPS_MINTED:${session}`;

const HELLO = "hello, we're starting the stress test now!";

export const isHello = (body: string, session: string): boolean =>
  body.startsWith(HELLO) && body.endsWith(`sessionId: ${session}`);

export const kickoffText = (facts: Readonly<Record<string, string | number>>) =>
  `Initial Stats: ${JSON.stringify(facts)}`;

export const doneText = (facts: Readonly<Record<string, string | number>>) => `Done ${JSON.stringify(facts)}`;
