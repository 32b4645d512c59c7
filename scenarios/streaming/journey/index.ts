import { eciesEncrypt, sha256 } from "k6/x/encryption";
import type { Account, PooledWallet } from "k6/x/ethereum";
import { asJourneyError } from "../../../src/core/errors.ts";
import { journey } from "../../../src/k6/journey.ts";
import { proveAnswer } from "../model/answer.ts";
import { contextOf, type PortabilityRun } from "./context.ts";
import { finished } from "./inference.ts";
import { confirmPermission, permissionFor, readGrantee, submitDirect, submitRelayed } from "./permission.ts";
import { type Personas, personalData, promptFor } from "./persona.ts";

/** What a run of this journey needs beside its settings. */
export interface Portability extends PortabilityRun {
  readonly personas: Personas;
  wallet(timeout: number): Promise<Pick<PooledWallet, "account">>;
  /** The app's key, for INFER=server. */
  grantee(): Account;
}

/** What a preflight needs: the check of every part, which users do without. */
export interface Preflight extends PortabilityRun {
  check(): Promise<void>;
}

/** One data-portability user, from wallet to proven inference. */
export const portability = journey<Portability>("streaming", async (user, { timed }, run) => {
  const { values } = run;
  const { client, storage, server, app, relay, cipher } = contextOf(run);

  const { account: wallet } = await timed("wallet", () =>
    run.wallet(Math.min(values.WALLET_TIMEOUT, user.remaining())),
  );
  const data = personalData(run.personas, user, wallet.address);
  const started = Date.now();

  const key = await timed("key", () => cipher.key(wallet));
  const sealed = await timed("encrypt", () => cipher.seal(data.json, key));
  const fileUrl = await timed("upload", () =>
    storage.put(user, `vana_loadtest_${user.number}_${started}.json`, sealed, "application/octet-stream"),
  );

  const grantee = await timed("grantee", () => readGrantee(client, values));
  const grant = {
    grantee,
    operation: "llm_inference",
    parameters: { prompt: promptFor(wallet.address), response_format: { type: "json_object" } },
  };
  const grantUrl = await timed("grant", () =>
    storage.put(user, `grant_${user.number}_${started}.json`, JSON.stringify(grant, null, 2), "application/json"),
  );

  const identity = await timed("identity", () => server.identity(user, wallet.address));
  const sharedKey = await timed("share", () => eciesEncrypt(identity.publicKey, key));
  const permission = await timed("sign", () =>
    permissionFor(client, values, wallet, { grantUrl, fileUrl, identity, serverUrl: server.published, sharedKey }),
  );
  const hash = await timed("submit", () =>
    values.SUBMIT === "direct"
      ? submitDirect(client, values, wallet, permission)
      : submitRelayed(user, client, values, relay, wallet, permission),
  );
  const permissionId = await timed("confirm", () =>
    confirmPermission(client, values, wallet, permission, hash, Math.min(values.RECEIPT_TIMEOUT, user.remaining())),
  );

  try {
    const operationId = await timed("request", () =>
      values.INFER === "app"
        ? app.createOperation(user, permissionId)
        : server.createOperation(user, run.grantee(), permissionId),
    );
    const poll = () =>
      values.INFER === "app" ? app.operation(user, operationId) : server.operation(user, operationId);
    const operation = await timed("infer", () => finished(user, poll, values.POLL_INTERVAL, values.INFER_TIMEOUT));
    await timed("prove", () => proveAnswer(operation.result, data, sha256(data.json), values.PROOF));
  } catch (thrown) {
    // Backing off has already been tried for as long as RETRY_FOR allows.
    if (values.DEGRADE === "skip-inference" && asJourneyError(thrown).kind === "rate_limit") return "degraded";
    throw thrown;
  }
  return "succeeded";
});

/** PROFILE=preflight: the user who asks every part of the target whether it works. */
export const preflightUser = journey<Preflight>("streaming", async (_user, _tools, run) => {
  await run.check();
  return "succeeded";
});
