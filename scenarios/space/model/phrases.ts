// What clients say: nonsense of a few words, and one emoji to check in with.
import type { RandomStream } from "../../../src/core/random.ts";

const words =
  "bagel banjo biscuit blimp bonkers bubble bumble chutney clown dingle donut doodle fiddle flapjack gadget giggle gizmo gobble hiccup jiggle kazoo lollop muffin noodle otter pickle pogo pudding puddle quibble ruffle scoot snorkel squid taffy turnip waffle wiggle wobble wombat yodel zigzag zipper".split(
    " ",
  );

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
