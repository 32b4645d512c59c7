// A client of Google Cloud Storage made of node:crypto and fetch, written from the protocol and not from our k6 client: the two must not share a mistake.
import { createSign } from "node:crypto";

interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
  readonly token_uri: string;
}

interface StoredObject {
  /** Signed, good for an hour. */
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
}

export interface Bucket {
  upload(blob: Blob, name?: string): Promise<StoredObject>;
  download(url: string): Promise<Blob>;
}

const LIFETIME_SECONDS = 3_600;

async function ask(url: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok)
    throw new Error(`${init?.method ?? "GET"} ${new URL(url).pathname}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Reads a stored object. @throws Error with the status when it is refused */
export async function fetchObject(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(url)).arrayBuffer());
}

/** A bucket of the storage at `url`, as its own service account. */
export async function openBucket(url: string, bucket: string, prefix: string): Promise<Bucket> {
  const account = (await (await ask(`${url}/sandbox/service-account`)).json()) as ServiceAccount;
  const sign = (text: string) => createSign("RSA-SHA256").update(text).sign(account.private_key);
  const now = () => Math.floor(Date.now() / 1_000);
  const encoded = (json: unknown) => Buffer.from(JSON.stringify(json)).toString("base64url");

  async function bearer(): Promise<string> {
    const claims = {
      iss: account.client_email,
      scope: "https://www.googleapis.com/auth/devstorage.read_write",
      aud: account.token_uri,
      iat: now(),
      exp: now() + LIFETIME_SECONDS,
    };
    const unsigned = `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(claims)}`;
    const answer = await ask(account.token_uri, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
        assertion: `${unsigned}.${sign(unsigned).toString("base64url")}`,
      }),
    });
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
  }

  return {
    async upload(blob, name = crypto.randomUUID()) {
      const object = `${prefix}/${name}`;
      const contentType = blob.type || "application/octet-stream";
      const query = new URLSearchParams({ name: object, uploadType: "resumable" });
      const session = await ask(`${url}/upload/storage/v1/b/${bucket}/o?${query}`, {
        method: "POST",
        body: JSON.stringify({ name: object, contentType }),
        headers: {
          Authorization: await bearer(),
          "Content-Type": "application/json",
          "X-Upload-Content-Type": contentType,
        },
      });
      await ask(session.headers.get("location") ?? "", { method: "PUT", body: blob });
      const expires = now() + LIFETIME_SECONDS;
      const path = `/${bucket}/${object}`;
      const signed = new URLSearchParams({
        GoogleAccessId: account.client_email,
        Expires: String(expires),
        Signature: sign(`GET\n\n\n${expires}\n${path}`).toString("base64"),
      });
      return { url: `${url}${path}?${signed}`, size: blob.size, contentType };
    },
    async download(address) {
      return (await ask(address)).blob();
    },
  };
}
