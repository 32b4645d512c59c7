// What a receipt's events prove: that the chain booked this user's permission, as it was asked for, and nothing else.
import { JourneyError } from "../../../src/core/errors.ts";

/** What a permission can be found to be. */
export const permissionProofs = ["NO_PERMISSION", "ANOTHERS_PERMISSION", "SECOND_PERMISSION", "ANOTHER_GRANT"] as const;

/** A PermissionAdded event, as far as it says what was granted to whom. */
export interface Booked {
  readonly permissionId: bigint;
  readonly user: string;
  readonly granteeId: bigint;
  readonly grant: string;
}

/**
 * Judges the permissions of one receipt.
 * @param asked what the user signed
 * @returns the id of the permission
 * @throws JourneyError of kind proof
 */
export function judgeBooked(booked: readonly Booked[], asked: Omit<Booked, "permissionId">): bigint {
  const fail = (detail: (typeof permissionProofs)[number], message: string) =>
    new JourneyError("proof", message, { detail });
  if (booked.length === 0) throw fail("NO_PERMISSION", "the receipt holds no PermissionAdded");
  const isOwn = ({ user }: Booked) => user.toLowerCase() === asked.user.toLowerCase();
  const own = booked.find(isOwn);
  if (own === undefined)
    throw fail(
      "ANOTHERS_PERMISSION",
      `the permission was booked to ${booked.map(({ user }) => user).join(", ")} instead of ${asked.user}`,
    );
  if (booked.length > 1)
    throw fail("SECOND_PERMISSION", `one signature booked ${booked.length} permissions, where one was asked for`);
  if (own.granteeId !== asked.granteeId || own.grant !== asked.grant)
    throw fail(
      "ANOTHER_GRANT",
      `grantee ${own.granteeId} was granted ${own.grant}, where grantee ${asked.granteeId} was to be granted ${asked.grant}`,
    );
  return own.permissionId;
}
