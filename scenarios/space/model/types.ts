// The types of settings that only a space has.
import type { SettingType } from "../../../src/core/settings/table.ts";
import { isHostPort, parsedBy, targetEndpoint } from "../../../src/core/settings/types.ts";
import { ADDRESS_END, CHANNEL, SPACE, type StreamId } from "./ids.ts";

const spaceWords = "a space's id: 10, the address of its contract and 22 zeros, in hex";
const channelWords = "a channel's id: 20, the address of its space's contract and 22 hex digits";

function readId(text: string, prefix: string, words: string): StreamId {
  const id = text.trim().toLowerCase().replace(/^0x/, "");
  if (!/^[0-9a-f]{64}$/.test(id) || !id.startsWith(prefix)) throw new Error(`must be ${words}`);
  return id;
}

export const spaceId: SettingType<StreamId> = parsedBy(spaceWords, (text) => {
  const id = readId(text, SPACE, spaceWords);
  if (!/^0+$/.test(id.slice(ADDRESS_END))) throw new Error(`must be ${spaceWords}`);
  return id;
});

export const channelId: SettingType<StreamId> = parsedBy(channelWords, (text) => readId(text, CHANNEL, channelWords));

export const channelIds: SettingType<readonly StreamId[]> = parsedBy("channels' ids, separated by commas", (text) => {
  const ids = text.split(",").map((id) => readId(id, CHANNEL, channelWords));
  if (new Set(ids).size < ids.length) throw new Error("must name each channel once");
  return ids;
});

/** host:port of a stream node, or https://host:port where it wants TLS. */
export const nodeUrl: SettingType<string> = targetEndpoint(
  parsedBy("host:port of a stream node, with https:// before it where it wants TLS", (text) => {
    if (!isHostPort(text.replace(/^https:\/\//, "")))
      throw new Error("must be host:port, such as 127.0.0.1:14808, or https://host:port");
    return text;
  }),
);
