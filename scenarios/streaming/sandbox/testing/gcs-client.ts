// For tests: what Google's client library sends, with fetch and node:crypto.
import { createSign } from "node:crypto";
import { GRANT_TYPE, type ServiceAccountFile } from "../gcs-auth.ts";

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const nowSeconds = () => Math.floor(Date.now() / 1_000);

export async function serviceAccount(storageUrl: string): Promise<ServiceAccountFile> {
  return (await fetch(`${storageUrl}/sandbox/service-account`)).json() as Promise<ServiceAccountFile>;
}

export function assertionOf(
  account: ServiceAccountFile,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): string {
  const iat = nowSeconds();
  const scope = "https://www.googleapis.com/auth/devstorage.read_write";
  const all = { iss: account.client_email, scope, aud: account.token_uri, iat, exp: iat + 3_600, ...claims };
  const text = `${base64url({ alg: "RS256", typ: "JWT", ...header })}.${base64url(all)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(account.private_key, "base64url")}`;
}

export const askToken = (tokenUri: string, assertion: string, grantType = GRANT_TYPE) =>
  fetch(tokenUri, { method: "POST", body: new URLSearchParams({ grant_type: grantType, assertion }) });

export async function accessToken(account: ServiceAccountFile): Promise<string> {
  const answer = await askToken(account.token_uri, assertionOf(account));
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A signed URL of version 2 for GET. */
export function signedUrl(
  account: ServiceAccountFile,
  storageUrl: string,
  bucket: string,
  object: string,
  expires = nowSeconds() + 86_400,
): string {
  const path = `/${bucket}/${encodeURI(object)}`;
  const signature = createSign("RSA-SHA256").update(`GET\n\n\n${expires}\n${path}`).sign(account.private_key, "base64");
  const query = new URLSearchParams({
    GoogleAccessId: account.client_email,
    Expires: String(expires),
    Signature: signature,
  });
  return `${storageUrl}${path}?${query}`;
}

export const beginUpload = (
  storageUrl: string,
  bucket: string,
  name: string,
  token: string,
  contentType = "application/octet-stream",
) =>
  fetch(`${storageUrl}/upload/storage/v1/b/${bucket}/o?name=${encodeURIComponent(name)}&uploadType=resumable`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "x-upload-content-type": contentType,
    },
    body: JSON.stringify({ name, contentType }),
  });

export const sendPart = (session: string, body: Uint8Array | undefined, contentRange?: string) =>
  fetch(session, {
    method: "PUT",
    redirect: "manual",
    ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
    headers: contentRange === undefined ? {} : { "content-range": contentRange },
  });
