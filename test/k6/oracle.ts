// Our side of the oracle tests: decrypts what others encrypted, encrypts what they shall decrypt, and signs what they sign too.
// It judges nothing. Input and output are files, since nothing of this belongs into a log.

import { b64decode, b64encode } from "k6/encoding";
import { eciesDecrypt, eciesEncrypt, PgpSession, pgpDecrypt, pgpEncrypt } from "k6/x/encryption";
import { hashTypedData, mnemonicToAccount, type TypedData } from "k6/x/ethereum";
import { permissionsDomain, typedDataTypes } from "../../scenarios/streaming/abi/typed-data.ts";
import type { OracleInput, OracleOutput } from "./oracle-exchange.ts";

const input = JSON.parse(open(__ENV.ORACLE_INPUT ?? "")) as OracleInput;

export const options = { vus: 1, iterations: 1 };

/** All in setup(), because only its result reaches handleSummary. */
export function setup(): OracleOutput {
  const { password, keys } = input;
  const plaintexts = input.plaintexts.map((text) => b64decode(text));
  const session = new PgpSession(password);
  const account = mnemonicToAccount(input.mnemonic);
  const typedData: TypedData = {
    domain: permissionsDomain(14_800),
    types: typedDataTypes.ServerFilesAndPermission,
    primaryType: "ServerFilesAndPermission",
    message: input.message,
  };
  return {
    decrypted: {
      pgp: input.pgp.map((sealed) => b64encode(pgpDecrypt(b64decode(sealed), password))),
      ecies: input.ecies.map((sealed) => b64encode(eciesDecrypt(keys.privateKey, sealed))),
    },
    encrypted: {
      pgp: plaintexts.map((data) => b64encode(pgpEncrypt(data, password))),
      session: plaintexts.map((data) => b64encode(session.encrypt(data))),
      ecies: plaintexts.map((data) => eciesEncrypt(keys.publicKey, data)),
    },
    key: account.signMessage({ message: input.text }),
    digest: hashTypedData(typedData),
    signature: account.signTypedData(typedData),
  };
}

export default function () {}

export function handleSummary(data: { setup_data?: OracleOutput }) {
  return { [__ENV.ORACLE_OUTPUT ?? ""]: JSON.stringify(data.setup_data) };
}
