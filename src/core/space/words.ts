// What clients say: nonsense of a few words, and one emoji to check in with.
import type { RandomStream } from "../random.ts";

const words = [
  "apple",
  "bagel",
  "banjo",
  "beetle",
  "biscuit",
  "blimp",
  "bonkers",
  "bubble",
  "bumble",
  "cactus",
  "chutney",
  "clown",
  "cobbler",
  "dingle",
  "donut",
  "doodle",
  "fiddle",
  "fizz",
  "flapjack",
  "gadget",
  "giggle",
  "gizmo",
  "gobble",
  "goose",
  "hiccup",
  "jelly",
  "jiggle",
  "kazoo",
  "kettle",
  "lollop",
  "marmot",
  "mitten",
  "muffin",
  "noodle",
  "otter",
  "paddle",
  "pickle",
  "pogo",
  "pudding",
  "puddle",
  "quack",
  "quibble",
  "radish",
  "ruffle",
  "scoot",
  "snorkel",
  "sprout",
  "squid",
  "taffy",
  "tinker",
  "turnip",
  "waffle",
  "wiggle",
  "wobble",
  "wombat",
  "yodel",
  "zigzag",
  "zipper",
];

const emojis = [
  ..."🐒🐙🦑🦀🐢🦎🐍🐊🐘🦒🐫🐄🐎🐑🐐🐓🐧🦉🦆🐝🐞🦋🐌🐚🌵🌲🍀🍄🌻🌙⭐🔥🌈🍏🍉🍓🍒🥝🥕🌽🍩🍪🎈🎲🎷🎸🚀🛸⚓🧭",
];

/** One to six words. */
export function sillyMessage(random: RandomStream): string {
  return Array.from({ length: random.integer(1, 6) }, () => random.pick(words)).join(" ");
}

/** A client's name in the space. */
export const usernameOf = (random: RandomStream, number: number): string =>
  `${random.pick(words)}-${random.pick(words)}-${number}`;

/** How a client checks in. */
export const emojiOf = (random: RandomStream): string => random.pick(emojis);
