// What the oracle tests and their k6 script tell each other.

/** Bytes in base64. */
type Base64 = string;

export interface OracleInput {
  readonly mnemonic: string;
  readonly password: string;
  /** secp256k1, hex. */
  readonly keys: { readonly publicKey: string; readonly privateKey: string };
  readonly plaintexts: readonly Base64[];
  /** OpenPGP messages with the password. */
  readonly pgp: readonly Base64[];
  /** ECIES messages to the key, hex. */
  readonly ecies: readonly string[];
  readonly text: string;
  readonly message: Record<string, unknown>;
}

export interface OracleOutput {
  readonly decrypted: { readonly pgp: readonly Base64[]; readonly ecies: readonly Base64[] };
  /** The plaintexts: OpenPGP, OpenPGP by a shared session, and ECIES in hex. */
  readonly encrypted: {
    readonly pgp: readonly Base64[];
    readonly session: readonly Base64[];
    readonly ecies: readonly string[];
  };
  /** Signature of the text. */
  readonly key: string;
  readonly digest: string;
  readonly signature: string;
}
