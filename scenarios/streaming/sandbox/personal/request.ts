// The checks of one operation, in the real server's order, from the app's signature to the decrypted files. Each failure is the real one's code.
import { createHash } from "node:crypto";
import { recoverMessageAddress } from "viem";
import type { ChainReader, OnChainPermission } from "./chain-reader.ts";
import type { Downloads } from "./download.ts";
import { eciesDecrypt } from "./ecies.ts";
import { type ErrorCode, ServerError } from "./errors.ts";
import { type Grant, validGrant, wantsJson } from "./grant.ts";
import type { Identity } from "./identity.ts";
import { decryptFile } from "./openpgp.ts";

export interface OperationRequest {
  readonly app_signature: string;
  readonly operation_request_json: string;
}

/** What an operation needs once every check has passed. */
export interface Approved {
  readonly grant: Grant;
  readonly json: boolean;
  readonly permission: OnChainPermission;
}

export interface Opened {
  /** Contents of the user's files as text. */
  readonly files: readonly string[];
  /** SHA-256 of the files' bytes, one after the other; hex. */
  readonly sha256: string;
}

export interface Outside {
  readonly chain: ChainReader;
  readonly downloads: Downloads;
  readonly identityOf: (userAddress: string) => Identity;
}

/** Runs one check and names its failure, unless it already is a ServerError. */
async function failingAs<T>(code: ErrorCode, what: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServerError) throw error;
    throw new ServerError(code, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The permission id of a request; the signed text is JSON of `{"permission_id": N}`. */
function permissionIdOf(json: string): bigint {
  let id: unknown;
  try {
    id = (JSON.parse(json) as { permission_id?: unknown } | null)?.permission_id;
  } catch {
    throw new ServerError("VALIDATION_ERROR", "Invalid JSON format in operation request", "operation_request_json");
  }
  if (typeof id !== "number" || !Number.isSafeInteger(id)) {
    throw new ServerError("VALIDATION_ERROR", "Invalid JSON format in operation request", "operation_request_json");
  }
  if (id <= 0) throw new ServerError("VALIDATION_ERROR", "Valid permission ID is required", "permission_id");
  return BigInt(id);
}

/** Checks signature, permission, grantee and grant. @throws ServerError */
export async function approve(request: OperationRequest, { chain, downloads }: Outside): Promise<Approved> {
  const permissionId = permissionIdOf(request.operation_request_json);
  const signer = await recoverMessageAddress({
    message: request.operation_request_json,
    signature: request.app_signature as `0x${string}`,
  }).catch(() => {
    throw new ServerError("AUTHENTICATION_ERROR", "Invalid signature or unable to recover app address");
  });

  const permission = await failingAs("BLOCKCHAIN_ERROR", "Failed to fetch permission from blockchain", () =>
    chain.permission(permissionId),
  );
  if (permission.id === 0n) throw new ServerError("NOT_FOUND_ERROR", `Permission '${permissionId}' not found`);
  if (permission.fileIds.length === 0) throw new ServerError("VALIDATION_ERROR", "No file IDs found in permission");
  const grantee = await failingAs("BLOCKCHAIN_ERROR", `Failed to resolve granteeId ${permission.granteeId}`, () =>
    chain.granteeAddress(permission.granteeId),
  );
  if (signer !== grantee) {
    throw new ServerError(
      "AUTHENTICATION_ERROR",
      `Signature recovered address ${signer} does not match on-chain grantee address ${grantee}`,
    );
  }

  const file = await failingAs("FILE_ACCESS_ERROR", "Failed to fetch grant file", () =>
    downloads.fetch(permission.grant),
  );
  const json = await failingAs("FILE_ACCESS_ERROR", "Failed to fetch grant file", () =>
    JSON.parse(file.toString("utf8")),
  );
  const grant = await failingAs("GRANT_VALIDATION_ERROR", "Grant validation failed", () =>
    validGrant(json, grantee, Date.now() / 1000),
  );
  const asJson = await failingAs("VALIDATION_ERROR", "Invalid response_format in grant file", () => wantsJson(grant));
  return { grant, json: asJson, permission };
}

/** Fetches and decrypts the files of a permission with the server key of its grantor. @throws ServerError */
export async function openFiles(
  permission: OnChainPermission,
  { chain, downloads, identityOf }: Outside,
): Promise<Opened> {
  const identity = await failingAs("OPERATION_ERROR", "Failed to derive server keys", () =>
    identityOf(permission.grantor),
  );
  const files: string[] = [];
  const hash = createHash("sha256");
  for (const id of permission.fileIds) {
    const file = await failingAs("BLOCKCHAIN_ERROR", `Failed to fetch file metadata for file ${id}`, () =>
      chain.file(id, identity.address),
    );
    // A file that does not exist and one that is not shared with this server look alike: the real server finds no key either way.
    if (file.id === 0n || file.encryptedKey === "") throw new ServerError("NOT_FOUND_ERROR", `File '${id}' not found`);
    const encrypted = await failingAs("FILE_ACCESS_ERROR", `Failed to download file ${id}`, () =>
      downloads.fetch(file.url),
    );
    const plaintext = await failingAs("DECRYPTION_ERROR", `Failed to decrypt file ${id}`, () => {
      const key = eciesDecrypt(identity.privateKey, Buffer.from(file.encryptedKey.replace(/^0x/, ""), "hex"));
      return decryptFile(encrypted, key.toString("utf8"));
    });
    hash.update(plaintext);
    files.push(Buffer.from(plaintext).toString("utf8"));
  }
  return { files, sha256: hash.digest("hex") };
}
