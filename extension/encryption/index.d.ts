/**
 * `k6/x/encryption`: the ciphers of the data-portability flow, byte-compatible with the SDK that users run.
 * Binary data is ArrayBuffer both ways; every function is synchronous (they are CPU work, not waiting). What fails throws a plain Error, which
 * names the argument and never holds its value.
 */
declare module "k6/x/encryption" {
  /** Bytes, or a string taken as UTF-8. */
  export type Bytes = ArrayBuffer | Uint8Array | string;

  /**
   * OpenPGP message with a password: binary, AES-256-CFB with MDC (SEIPD v1), iterated and salted S2K with SHA-256 over 16,777,216 bytes,
   * no compression. The S2K costs about 11 ms of CPU a call and is counted apart (see k6/x/process).
   */
  export function pgpEncrypt(data: Bytes, password: string): ArrayBuffer;
  /**
   * The reverse; throws when the password is wrong or the message was changed. It opens only messages of this structure, so that no input can
   * ask for hashing without end.
   */
  export function pgpDecrypt(data: Bytes, password: string): ArrayBuffer;

  /**
   * A password's S2K work done once, to be reused for many messages: for generators that must spend their CPU elsewhere. Each message still has its own
   * session key, but all share one salt, which weakens them: not for real secrets. Reports must label runs that use it.
   */
  export class PgpSession {
    constructor(password: string);
    encrypt(data: Bytes): ArrayBuffer;
  }

  /** ECIES over secp256k1 in eccrypto's format: iv(16) || ephemeral public key(65) || ciphertext || mac(32), lower-case hex without 0x. */
  export function eciesEncrypt(publicKey: string, data: Bytes): string;
  /** The reverse, with a private key in hex; for tests against the sandbox. */
  export function eciesDecrypt(privateKey: string, ciphertext: string): ArrayBuffer;

  /** SHA-256 in lower-case hex without 0x. */
  export function sha256(data: Bytes): string;

  /** A Google-style service account whose RSA key stays in Go. `String(serviceAccount)` gives its e-mail. */
  export class ServiceAccount {
    /**
     * Its JSON ({client_email, private_key, token_uri, ...}), or the path of the file that holds it (64 KiB at most). The key is RSA in PEM,
     * PKCS#8 or PKCS#1. Errors never contain any of it.
     */
    constructor(credentials: string | { file: string });
    readonly email: string;
    readonly tokenUri: string;
    /** RS256 JWT of the given claims; its header names the key where the account's JSON has a private_key_id. */
    signJwt(claims: Record<string, unknown>): string;
    /** RSA-SHA256 (PKCS#1 v1.5) signature in base64. */
    sign(data: Bytes): string;
  }
}
