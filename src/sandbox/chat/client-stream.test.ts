import { afterEach, beforeEach, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../index.ts";
import { type ChatClient, type ChatClients, chatClients, until } from "../testing/chat-client.ts";
import { BUFFER, IN_FLIGHT } from "./client-stream.ts";

/** Messages that a paused stream of grpc-js still takes in. */
const READ_AHEAD = 16;

let sandbox: Sandbox;
let clients: ChatClients;
let slow: ChatClient;
let sender: ChatClient;
beforeEach(async () => {
  sandbox = await startSandbox({ systems: ["chat"], ports: "auto" });
  clients = chatClients();
  const [one = "", other = ""] = (sandbox.environment.GATES ?? "").split(",");
  [slow, sender] = await Promise.all([clients.register(one, "slow"), clients.register(other, "sender")]);
  await slow.join("General");
});
afterEach(async () => {
  clients.close();
  await sandbox.stop();
});

const counters = async () => (await sandbox.counters()).gate1 ?? {};

it("a row that a reader keeps up with arrives whole and in order", async () => {
  for (let i = 0; i < 60; i++) await sender.send("General", String(i));
  await until(() => slow.pushes.length === 60);
  expect(slow.texts()).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
});

it("sixty small messages at once are no overflow", async () => {
  await Promise.all(Array.from({ length: 60 }, (_, i) => sender.send("General", String(i))));
  await until(() => slow.pushes.length === 60);
  expect(await counters()).not.toHaveProperty("dropped");
});

it("a reader that stands still loses what its buffer has no room for, and nothing else", async () => {
  slow.stream.pause();
  const large = (i: number) => `${i} ${"x".repeat(IN_FLIGHT)}`;
  for (let i = 0; i < 40; i++) await sender.send("General", large(i));
  const { dropped = 0, pushed = 0 } = await counters();
  expect(dropped + pushed).toBe(40);
  // What the reader's side took in, one message on the way, and the buffer.
  expect(pushed).toBeGreaterThanOrEqual(1 + BUFFER);
  expect(pushed).toBeLessThanOrEqual(READ_AHEAD + 2 + BUFFER);
  expect(await counters()).toMatchObject({ "dropped.General": dropped, "pushed.General": pushed });

  slow.stream.resume();
  await until(() => slow.pushes.length === pushed);
  expect(slow.texts()).toEqual(Array.from({ length: pushed }, (_, i) => large(i)));
  await sender.send("General", "caught up");
  await until(() => slow.texts().at(-1) === "caught up");
});
