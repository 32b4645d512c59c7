// Google Cloud Storage as its client library uses it: a service account's token, resumable uploads, V2 signed URLs.
import { ServiceAccount } from "k6/x/encryption";
import { recall, remember } from "k6/x/process";
import { JourneyError } from "../../../src/core/errors.ts";
import { asUserOf, below, send } from "../../../src/k6/http.ts";
import type { Caller } from "../../../src/k6/user.ts";

export interface StorageClientOptions {
  readonly url: string;
  readonly bucket: string;
  readonly prefix: string;
  /** The service account's JSON, or its file; without either the sandbox's own is asked for. */
  readonly credentials: string | { readonly file: string } | undefined;
}

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";
/** Seconds a signed URL is good for: as long as the personal server may come for the file. */
const URL_LIFETIME = 24 * 3600;
/** A token is renewed this many seconds before it ends. */
const TOKEN_MARGIN = 60;

/** A view of the bucket. The sandbox's service account and the access token are fetched once a process. */
export function storageOf(options: StorageClientOptions) {
  let account: ServiceAccount | undefined;

  /** The sandbox makes a key of its own at each start and serves it; a real bucket's is given. */
  async function sandboxCredentials(caller: Caller): Promise<string> {
    const url = below(options.url, "/sandbox/service-account");
    const known = recall(url);
    if (known !== undefined) return known;
    const { body } = await send(caller, { method: "GET", url, name: "storage service account" });
    remember(url, body);
    return body;
  }

  async function serviceAccount(caller: Caller): Promise<ServiceAccount> {
    account ??= new ServiceAccount(options.credentials ?? (await sandboxCredentials(caller)));
    return account;
  }

  async function accessToken(caller: Caller, signer: ServiceAccount): Promise<string> {
    const key = `token of ${signer.email}`;
    const known = recall(key);
    if (known !== undefined) return known;
    const now = Math.floor(Date.now() / 1000);
    const assertion = signer.signJwt({
      iss: signer.email,
      scope: SCOPE,
      aud: signer.tokenUri,
      iat: now,
      exp: now + 3600,
    });
    const answer = await send(caller, {
      method: "POST",
      url: signer.tokenUri,
      name: "storage token",
      body: `grant_type=${encodeURIComponent("urn:ietf:params:oauth:grant-type:jwt-bearer")}&assertion=${assertion}`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    const { access_token, expires_in } = answer.json<{ access_token?: string; expires_in?: number }>();
    if (access_token === undefined)
      throw new JourneyError("protocol", "storage token: the answer holds no access_token");
    remember(key, access_token, (now + (expires_in ?? 3600) - TOKEN_MARGIN) * 1000);
    return access_token;
  }

  function signedUrl(signer: ServiceAccount, object: string): string {
    const expires = Math.floor(Date.now() / 1000) + URL_LIFETIME;
    const path = `/${options.bucket}/${encodeURI(object)}`;
    const signature = signer.sign(`GET\n\n\n${expires}\n${path}`);
    const query = [
      ["GoogleAccessId", signer.email],
      ["Expires", String(expires)],
      ["Signature", signature],
    ] as const;
    return below(
      options.url,
      `${path}?${query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`,
    );
  }

  return {
    /** Fetches what the first upload needs; in setup(), so that the first users do not all ask for it at once. */
    async open(caller: Caller): Promise<void> {
      await accessToken(caller, await serviceAccount(caller));
    },
    /**
     * Uploads one object and returns a signed URL to read it.
     * @throws JourneyError
     */
    async put(caller: Caller, name: string, body: string | ArrayBuffer, contentType: string): Promise<string> {
      const signer = await serviceAccount(caller);
      const bearer = await accessToken(caller, signer);
      const object = `${options.prefix}/${name}`;
      const begun = await send(caller, {
        method: "POST",
        url: below(
          options.url,
          `/upload/storage/v1/b/${options.bucket}/o?name=${encodeURIComponent(object)}&uploadType=resumable`,
        ),
        name: "storage upload",
        body: JSON.stringify({ name: object, contentType }),
        headers: {
          Authorization: `Bearer ${bearer}`,
          "Content-Type": "application/json",
          "X-Upload-Content-Type": contentType,
        },
      });
      const session = begun.header("Location");
      if (session === undefined)
        throw new JourneyError("protocol", "storage upload: the answer names no session (Location)");
      await send(caller, {
        method: "PUT",
        url: asUserOf(options.url, session),
        name: "storage upload data",
        body,
        headers: { "Content-Type": contentType },
      });
      return signedUrl(signer, object);
    },
    /** Reads an object back by its signed URL, as text. */
    async read(caller: Caller, url: string): Promise<string> {
      return (await send(caller, { method: "GET", url, name: "storage download" })).body;
    },
  };
}
