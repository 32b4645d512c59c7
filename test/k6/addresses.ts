// Prints the first thousand addresses of each phrase in PHRASES (a JSON array), so that they can be compared with another derivation.
import { mnemonicToAddresses } from "k6/x/ethereum";

export const options = { iterations: 1 };

export default function () {}

export function handleSummary() {
  const phrases = JSON.parse(__ENV.PHRASES ?? "[]") as string[];
  return { stdout: JSON.stringify(phrases.map((phrase) => mnemonicToAddresses(phrase, { start: 0, end: 1_000 }))) };
}
