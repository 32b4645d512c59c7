// Who may use the storage: a service account made at start, OAuth tokens for its signed assertions, and V2 signed URLs.
import {
  createPublicKey,
  createVerify,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { promisify } from "node:util";

/** A refusal in Google's words. */
export class GcsError extends Error {
  override readonly name = "GcsError";
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The JSON that Google Cloud hands out for a service account. */
export interface ServiceAccountFile {
  readonly type: "service_account";
  readonly project_id: string;
  readonly private_key_id: string;
  readonly private_key: string;
  readonly client_email: string;
  readonly client_id: string;
  readonly token_uri: string;
}

export const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_SECONDS = 3_600;
/** How far a client's clock may be ahead. */
const SKEW_SECONDS = 300;
const MOST_TOKENS = 20_000;

export interface GcsAuth {
  /** The service account's file; `url` is where the storage listens. */
  account(url: string): ServiceAccountFile;
  /** An access token for a signed assertion. @throws GcsError */
  token(
    grantType: string | null,
    assertion: string | null,
    audience: string,
  ): { access_token: string; expires_in: number; token_type: "Bearer" };
  /** @throws GcsError when the Authorization header holds no valid token */
  checkBearer(header: string | undefined): void;
  /** Checks a V2 signed URL: method, the path as it stands in the request, and the query. @throws GcsError */
  checkSignedUrl(method: string, path: string, query: URLSearchParams): void;
}

/** @param now seconds since 1970 */
export async function createGcsAuth(project: string, now: () => number = () => Date.now() / 1_000): Promise<GcsAuth> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const verifier = createPublicKey(publicKey);
  const email = `sandbox@${project}.iam.gserviceaccount.com`;
  const keyId = randomBytes(20).toString("hex");
  const tokens = new Map<string, number>();

  return {
    account: (url) => ({
      type: "service_account",
      project_id: project,
      private_key_id: keyId,
      private_key: privateKey,
      client_email: email,
      client_id: "100000000000000000000",
      token_uri: `${url}/token`,
    }),

    token(grantType, assertion, audience) {
      if (grantType !== GRANT_TYPE)
        throw new GcsError(400, "unsupported_grant_type", `Invalid grant_type: ${grantType}`);
      const problem = problemOfAssertion(assertion ?? "", { verifier, email, audience, now: now() });
      if (problem !== undefined) throw new GcsError(400, "invalid_grant", problem);
      const token = `ya29.${randomBytes(24).toString("base64url")}`;
      if (tokens.size >= MOST_TOKENS) tokens.delete(tokens.keys().next().value as string);
      tokens.set(token, now() + TOKEN_SECONDS);
      return { access_token: token, expires_in: TOKEN_SECONDS, token_type: "Bearer" };
    },

    checkBearer(header) {
      const token = /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
      const until = token === undefined ? undefined : tokens.get(token);
      if (until === undefined || until < now()) throw new GcsError(401, "authError", "Invalid Credentials");
    },

    checkSignedUrl(method, path, query) {
      const [id, expires, signature] = ["GoogleAccessId", "Expires", "Signature"].map((name) => query.get(name));
      if (id == null || expires == null || signature == null) throw new GcsError(403, "AccessDenied", "Access denied.");
      if (id !== email) throw new GcsError(403, "InvalidSecurity", "The provided security credentials are not valid.");
      if (!/^\d+$/.test(expires)) throw new GcsError(400, "InvalidArgument", "Invalid argument: Expires.");
      if (Number(expires) < now()) throw new GcsError(400, "ExpiredToken", "The provided token has expired.");
      const signed = createVerify("RSA-SHA256").update(`${method}\n\n\n${expires}\n${path}`);
      if (!signed.verify(verifier, signature, "base64")) {
        throw new GcsError(
          403,
          "SignatureDoesNotMatch",
          "The request signature we calculated does not match the signature you provided.",
        );
      }
    },
  };
}

interface Expected {
  readonly verifier: KeyObject;
  readonly email: string;
  readonly audience: string;
  readonly now: number;
}

/** What is wrong with a JWT that asks for a token, or undefined. */
function problemOfAssertion(jwt: string, { verifier, email, audience, now }: Expected): string | undefined {
  const [head = "", body = "", signature = "", ...rest] = jwt.split(".");
  const header = jsonOf(head);
  const claims = jsonOf(body);
  if (!header || !claims || rest.length > 0) return "Invalid JWT: not a JWT";
  if (!same(header.alg, "RS256")) return "Invalid JWT: alg must be RS256";
  if (!createVerify("RSA-SHA256").update(`${head}.${body}`).verify(verifier, signature, "base64url"))
    return "Invalid JWT Signature.";
  if (!same(claims.iss, email)) return "Invalid issuer";
  if (!same(claims.aud, audience)) return `Invalid audience: must be ${audience}`;
  const { iat, exp } = claims;
  if (typeof iat !== "number" || typeof exp !== "number") return "Invalid JWT: iat and exp are required";
  if (iat > now + SKEW_SECONDS || exp < now || exp - iat > TOKEN_SECONDS) {
    return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.";
  }
  if (typeof claims.scope !== "string" || claims.scope === "") return "Missing required parameter: scope";
  return undefined;
}

function same(given: unknown, expected: string): boolean {
  if (typeof given !== "string" || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

function jsonOf(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
