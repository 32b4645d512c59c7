// The types of settings that only chat has.
import { parseDuration } from "../../../src/core/duration.ts";
import { showEndpoint } from "../../../src/core/endpoint.ts";
import type { SettingType } from "../../../src/core/settings/table.ts";
import { isHostPort, parsedBy, targetEndpoint } from "../../../src/core/settings/types.ts";
import type { Weights } from "./actions.ts";

const GATES = "gates as host:port, separated by commas, such as 127.0.0.1:14804,127.0.0.1:14805";

/** host:port of each gate. */
export const gateList: SettingType<readonly string[]> = targetEndpoint(
  parsedBy(GATES, (text) => {
    const gates = text.split(",").map((gate) => gate.trim());
    for (const gate of gates) {
      if (!isHostPort(gate)) throw new Error(`must be ${GATES}; "${showEndpoint(gate)}" is not host:port`);
    }
    if (new Set(gates).size < gates.length) throw new Error("must name each gate once");
    return gates;
  }),
);

/** Names of rooms. */
export const roomList: SettingType<readonly string[]> = parsedBy("rooms separated by commas", (text) => {
  const rooms = text.split(",").map((room) => room.trim());
  if (rooms.some((room) => room === "")) throw new Error("must be rooms separated by commas, none of them empty");
  if (new Set(rooms).size < rooms.length) throw new Error("must name each room once");
  return rooms;
});

/** send/leave/stay in percent. */
export const weights: SettingType<Weights> = parsedBy(
  "shares of send/leave/stay in percent, such as 60/10/30",
  (text) => {
    const match = /^(\d{1,3})\/(\d{1,3})\/(\d{1,3})$/.exec(text);
    if (!match) throw new Error("must be shares of send/leave/stay in percent, such as 60/10/30");
    const [send, leave, stay] = match.slice(1).map(Number) as [number, number, number];
    if (send + leave + stay !== 100) throw new Error(`must sum to 100, these sum to ${send + leave + stay}`);
    return { send, leave, stay };
  },
);

/** A range of pauses, ms: in seconds as the original writes it, or with units. */
export const waits: SettingType<readonly [number, number]> = parsedBy(
  "a range of pauses, in seconds (0.5-5) or with units (500ms-5s)",
  (text) => {
    const [from = "", to = "", rest] = text.split("-").map((part) => part.trim());
    const ms = (part: string) => (/^\d+(\.\d+)?$/.test(part) ? 1_000 * Number(part) : parseDuration(part));
    let range: readonly [number, number];
    try {
      if (rest !== undefined) throw new Error();
      range = [ms(from), ms(to)];
    } catch {
      throw new Error("must be a range of pauses, in seconds (0.5-5) or with units (500ms-5s)");
    }
    if (range[1] < range[0] || range[1] === 0) throw new Error("must end above where it begins, and above 0");
    return range;
  },
);
