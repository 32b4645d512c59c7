// Recorded from the real system: what account 0 of the test phrase signs, and what comes out.
import { hashTypedData } from "viem";
import { permissionsDomain, typedDataTypes } from "../../../scenarios/streaming/abi/typed-data.ts";

const SERVER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

/** A ServerFilesAndPermission message without its nonce, in the form that the SDK takes it. */
export const permission = {
  granteeId: 1n,
  grant: "https://example.test/grant.json",
  fileUrls: ["https://example.test/file.json"],
  schemaIds: [0],
  serverAddress: SERVER,
  serverUrl: "https://example.test",
  serverPublicKey: `0x04${"11".repeat(64)}`,
  filePermissions: [[{ account: SERVER, key: "deadbeef" }]],
} as const;

/** What the account makes of the text and of the message with nonce 0 on chain 14800. */
export const recorded = {
  digest: "0x3627761f0117bce9ec770b81852b951c68779b190bf32b689b4aa57ffaeb7ec9",
  signature:
    "0x261a5fe648d1cf74614a66cf5a3f58727caca3741f730578c1805ed5b1d9cd691c8818c647d9751ea39ed8db7fde1c92c21ee817c509cf896335ad7b6c56042d1b",
  key: "0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec46715942b75fea83f6d9fea2220f9f6b1254be2825cbf060f1bc25f9f31fee3281c",
};

/** The message with nonce 0, its integers as text: what k6 gets through a file. */
export const message = { nonce: "0", ...permission, granteeId: "1", schemaIds: ["0"] };

/** viem's digest of the vector, by our types and domain. */
export function digestByViem(): string {
  return hashTypedData({
    domain: permissionsDomain(14_800),
    types: typedDataTypes.ServerFilesAndPermission,
    primaryType: "ServerFilesAndPermission",
    message: { ...permission, nonce: 0n, schemaIds: [0n] },
  });
}
