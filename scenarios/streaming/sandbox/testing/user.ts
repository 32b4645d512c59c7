// For tests: what a data-portability user does, with viem, openpgp and node:crypto instead of the extension.
import { randomUUID } from "node:crypto";
import { createMessage, encrypt } from "openpgp";
import { decodeEventLog, type Hex, toHex } from "viem";
import { mnemonicToAccount, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import { SANDBOX_MNEMONIC } from "../../../../src/core/settings/common.ts";
import type { ChainRpc } from "../../../../src/sandbox/contracts.ts";
import { permissionsAbi } from "../../abi/generated.ts";
import { permissionsDomain, typedDataTypes } from "../../abi/typed-data.ts";
import { eciesEncrypt } from "../personal/ecies.ts";

// Derived once: the way from the phrase to here is what takes long.
const parent = mnemonicToAccount(SANDBOX_MNEMONIC, { path: "m/44'/60'/0'/0" as never }).getHdKey();

/** The k-th user's account. */
export function userAccount(k: number): PrivateKeyAccount {
  const { privateKey } = parent.deriveChild(100 + k);
  if (!privateKey) throw new Error("no private key");
  return privateKeyToAccount(toHex(privateKey));
}

/** The password of a user's files: their signature under a fixed text, as a string. */
export const passwordOf = (user: PrivateKeyAccount) =>
  user.signMessage({ message: "Please sign to retrieve your encryption key" });

export async function encryptFile(content: string | Uint8Array, password: string): Promise<Uint8Array> {
  const binary = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const message = await createMessage({ binary });
  return (await encrypt({ message, passwords: [password], format: "binary" })) as Uint8Array;
}

export interface ServerIdentity {
  readonly address: string;
  readonly public_key: string;
}

/** A user's password, encrypted to a server; hex without 0x. */
export const shareKey = (password: string, server: ServerIdentity) =>
  eciesEncrypt(Buffer.from(server.public_key.slice(2), "hex"), Buffer.from(password)).toString("hex");

export interface SignedPermissionOptions {
  user: PrivateKeyAccount;
  nonce?: bigint;
  granteeId?: bigint;
  grantUrl: string;
  fileUrls: string[];
  server: ServerIdentity;
  serverUrl?: string;
  /** Whom the files are shared with, if not the server. */
  sharedWith?: string;
  key: string;
  chainId?: number;
}

/** The signed request of addServerFilesAndPermissions, as it goes to a relayer. */
export async function signedPermission(given: SignedPermissionOptions) {
  const {
    user,
    nonce = 0n,
    granteeId = 1n,
    grantUrl,
    fileUrls,
    server,
    serverUrl = "http://127.0.0.1",
    key,
    chainId = 14800,
  } = given;
  const domain = permissionsDomain(chainId);
  const account = (given.sharedWith ?? server.address) as Hex;
  const message = {
    nonce,
    granteeId,
    grant: grantUrl,
    fileUrls,
    schemaIds: fileUrls.map(() => 0n),
    serverAddress: server.address as Hex,
    serverUrl,
    serverPublicKey: server.public_key,
    filePermissions: fileUrls.map(() => [{ account, key }]),
  };
  const types = typedDataTypes.ServerFilesAndPermission;
  const primaryType = "ServerFilesAndPermission" as const;
  const signature = await user.signTypedData({ domain, types, primaryType, message });
  const onTheWire = JSON.parse(
    JSON.stringify(message, (_, value) => (typeof value === "bigint" ? String(value) : value)),
  );
  return {
    typedData: { domain, types, primaryType, message: onTheWire },
    signature,
    expectedUserAddress: user.address,
  };
}

/** Mines a block and reads what the transaction's PermissionAdded says. */
export async function minedPermission({ rpc }: ChainRpc, hash: Hex): Promise<{ permissionId: bigint; user: Hex }> {
  await rpc("anvil_mine", ["0x1"]);
  const receipt = await rpc<{ status: Hex; logs: { topics: [Hex, ...Hex[]]; data: Hex }[] } | null>(
    "eth_getTransactionReceipt",
    [hash],
  );
  if (receipt?.status !== "0x1") throw new Error(`transaction ${hash} has ${receipt ? "reverted" : "no receipt"}`);
  for (const { topics, data } of receipt.logs) {
    try {
      const event = decodeEventLog({ abi: permissionsAbi, topics, data });
      if (event.eventName === "PermissionAdded") return event.args;
    } catch {
      // an event of another contract
    }
  }
  throw new Error(`no PermissionAdded in ${hash}`);
}

/** Data with a secret in it that exists nowhere else. */
export function personalData() {
  const canary = randomUUID();
  return {
    canary,
    json: JSON.stringify({ verification_code: canary, name: "Ada", purchases: [{ item: "book", price: 12.5 }] }),
  };
}
