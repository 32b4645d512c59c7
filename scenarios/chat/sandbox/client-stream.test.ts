import { beforeEach, expect, it } from "vitest";
import { BUFFER, IN_FLIGHT } from "./client-stream.ts";
import { type ChatClient, testChat, until } from "./testing/client.ts";

/** Messages that a paused stream of grpc-js still takes in. */
const READ_AHEAD = 16;

const { register, counters } = testChat();
let slow: ChatClient;
let sender: ChatClient;
beforeEach(async () => {
  [slow, sender] = await Promise.all([register(1, "slow"), register(2, "sender")]);
  await slow.join("General");
});

it("a row that a reader keeps up with arrives whole and in order", async () => {
  for (let i = 0; i < 60; i++) await sender.send("General", String(i));
  await until(() => slow.pushes.length === 60);
  expect(slow.texts()).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
});

it("sixty small messages at once are no overflow", async () => {
  await Promise.all(Array.from({ length: 60 }, (_, i) => sender.send("General", String(i))));
  await until(() => slow.pushes.length === 60);
  expect(await counters(1)).not.toHaveProperty("dropped");
});

it("a reader that stands still loses what its buffer has no room for, and nothing else", async () => {
  slow.stream.pause();
  const large = (i: number) => `${i} ${"x".repeat(IN_FLIGHT)}`;
  for (let i = 0; i < 40; i++) await sender.send("General", large(i));
  const { dropped = 0, pushed = 0 } = await counters(1);
  expect(dropped + pushed).toBe(40);
  // What the reader's side took in, one message on the way, and the buffer.
  expect(pushed).toBeGreaterThanOrEqual(1 + BUFFER);
  expect(pushed).toBeLessThanOrEqual(READ_AHEAD + 2 + BUFFER);
  expect(await counters(1)).toMatchObject({ "dropped.General": dropped, "pushed.General": pushed });

  slow.stream.resume();
  await until(() => slow.pushes.length === pushed);
  expect(slow.texts()).toEqual(Array.from({ length: pushed }, (_, i) => large(i)));
  await sender.send("General", "caught up");
  await until(() => slow.texts().at(-1) === "caught up");
});
