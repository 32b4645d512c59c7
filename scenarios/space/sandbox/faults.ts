// What the stream node can be told to do wrong.
import * as v from "valibot";
import { path, share } from "../../../src/sandbox/faults.ts";

export const nodeFlags = {
  /** A message is not sent to every 50th of those who sync its stream; with a path, `/` and a stream's id, only messages of that stream. */
  "drop-sync": { share: v.optional(share, 0.02), path: v.optional(path) },
  /** A sync ends with an error when there is something to tell. */
  "break-sync": {},
  /** A member, by the chain, is refused. */
  "deny-member": {},
  /** Who is no member is let in. */
  "accept-stranger": {},
  /** The membership that the node derives from a join is somebody else's. */
  "wrong-member": {},
  /** Every delegation counts as expired. */
  "expired-delegates": {},
  /** Events are taken and told, but no miniblock is made. */
  "no-miniblocks": {},
};
