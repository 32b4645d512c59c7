// What all users of one VU share: clients, contracts, keys. Made once a VU, on first use.

import { PgpSession, pgpEncrypt } from "k6/x/encryption";
import { type Account, mnemonicToAccount, privateKeyToAccount } from "k6/x/ethereum";
import { clientOf, phraseOf } from "../../../src/k6/chain.ts";
import { below } from "../../../src/k6/http.ts";
import type { Run } from "../../../src/k6/run.ts";
import { appOf, relayOf } from "../client/app.ts";
import { personalServerOf } from "../client/personal-server.ts";
import { storageOf } from "../client/storage.ts";
import type { StreamingSettings } from "../settings.ts";

export interface PortabilityRun extends Run {
  readonly values: StreamingSettings;
}

/** The app's key, which is the grantee's: given, or derived beside the users' wallets. */
export function granteeAccount(values: StreamingSettings): Account {
  if (values.GRANTEE_KEY !== undefined) return privateKeyToAccount(values.GRANTEE_KEY);
  return mnemonicToAccount(phraseOf(values), { accountIndex: 2, addressIndex: 0 });
}

/** The fixed text whose signature is the password of a user's files. */
const KEY_MESSAGE = "Please sign to retrieve your encryption key";

interface Cipher {
  /** The password of a wallet's files. */
  key(wallet: Account): string;
  seal(data: string, password: string): ArrayBuffer;
}

/**
 * How files are encrypted. With ENCRYPT=precomputed the users of one VU share the password of its first one, whose hashing is then done once: the personal server
 * still gets it and decrypts for real, and the report says so.
 */
function cipherOf(values: StreamingSettings): Cipher {
  const signed = (wallet: Account) => wallet.signMessage({ message: KEY_MESSAGE });
  if (values.ENCRYPT === "full") return { key: signed, seal: pgpEncrypt };
  let kept: { password: string; session: PgpSession } | undefined;
  const sessionFor = (password: string) => {
    kept ??= { password, session: new PgpSession(password) };
    return kept.session;
  };
  return {
    key: (wallet) => kept?.password ?? signed(wallet),
    seal: (data, password) => sessionFor(password).encrypt(data),
  };
}

function make(values: StreamingSettings) {
  return {
    client: clientOf(values),
    storage: storageOf({
      url: values.STORAGE_URL,
      bucket: values.STORAGE_BUCKET,
      prefix: values.STORAGE_PREFIX,
      credentials:
        values.STORAGE_CREDENTIALS_FILE === undefined
          ? values.STORAGE_CREDENTIALS
          : { file: values.STORAGE_CREDENTIALS_FILE },
    }),
    server: personalServerOf(values.PERSONAL_SERVER_URL),
    app: appOf(values.APP_URL, values.CHAIN_ID),
    relay: relayOf(values.RELAY_URL ?? below(values.APP_URL, "/api/relay")),
    cipher: cipherOf(values),
  };
}

let context: ReturnType<typeof make> | undefined;

/** The clients of this VU. */
export function contextOf(run: PortabilityRun): ReturnType<typeof make> {
  context ??= make(run.values);
  return context;
}
