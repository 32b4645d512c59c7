const WEI_PER_ETHER_DIGITS = 18;

/**
 * Parses an amount in ether into wei, exactly.
 * @throws when `text` is not a plain decimal of at least 0 with at most 18 fraction digits.
 */
export function parseEther(text: string): bigint {
  const match = /^(\d+)(?:\.(\d{1,18}))?$/.exec(text);
  if (!match) throw new Error("must be an amount in ether, such as 0.05");
  const [, whole = "0", fraction = ""] = match;
  return BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(WEI_PER_ETHER_DIGITS, "0"));
}

/** Wei as ether, exactly, without trailing zeros: 50000000000000000n -> "0.05". */
export function formatEther(wei: bigint): string {
  const sign = wei < 0n ? "-" : "";
  const digits = (wei < 0n ? -wei : wei).toString().padStart(WEI_PER_ETHER_DIGITS + 1, "0");
  const whole = digits.slice(0, -WEI_PER_ETHER_DIGITS);
  const fraction = digits.slice(-WEI_PER_ETHER_DIGITS).replace(/0+$/, "");
  return fraction === "" ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
