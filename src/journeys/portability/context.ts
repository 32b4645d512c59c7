// What all users of one VU share: clients, contracts, keys. Made once a VU, on first use.

import { PgpSession, pgpEncrypt } from "k6/x/encryption";
import { type Account, mnemonicToAccount, privateKeyToAccount } from "k6/x/ethereum";
import { clientOf, phraseOf } from "../../k6/chain.ts";
import type { Run } from "../../k6/run.ts";
import { appOf, relayOf } from "../../k6/services/app.ts";
import { personalServerOf } from "../../k6/services/personal-server.ts";
import { storageOf } from "../../k6/services/storage.ts";
import type { StreamingSettings } from "../../profiles/streaming-settings.ts";

export interface PortabilityRun extends Run {
  readonly values: StreamingSettings;
}

/** The app's key, which is the grantee's: given, or derived beside the users' wallets. */
export function granteeAccount(values: StreamingSettings): Account {
  if (values.GRANTEE_KEY !== undefined) return privateKeyToAccount(values.GRANTEE_KEY);
  return mnemonicToAccount(phraseOf(values), { accountIndex: 2, addressIndex: 0 });
}

function sealerOf(values: StreamingSettings): (data: string, password: string) => ArrayBuffer {
  if (values.ENCRYPT === "full") return pgpEncrypt;
  const sessions = new Map<string, PgpSession>();
  return (data, password) => {
    const session = sessions.get(password) ?? new PgpSession(password);
    sessions.set(password, session);
    return session.encrypt(data);
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
    relay: relayOf(values.RELAY_URL ?? `${values.APP_URL}/api/relay`),
    seal: sealerOf(values),
  };
}

let context: ReturnType<typeof make> | undefined;

/** The clients of this VU. */
export function contextOf(run: PortabilityRun): ReturnType<typeof make> {
  context ??= make(run.values);
  return context;
}
