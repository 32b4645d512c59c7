// k6/x/encryption: round trips, and the exact shape of what it makes; test/e2e/oracle has other programs read it.
import {
  eciesDecrypt,
  eciesEncrypt,
  PgpSession,
  pgpDecrypt,
  pgpEncrypt,
  ServiceAccount,
  sha256,
} from "k6/x/encryption";
import { equal, ok, suite, throws } from "./support/suite.ts";

const PASSWORD = "0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec4";
/** The public key of the private key 1: the curve's generator. */
const GENERATOR =
  "0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";
const ONE = `0x${"1".padStart(64, "0")}`;

const text = (bytes: ArrayBuffer) => new TextDecoder().decode(bytes);
const bytes = (buffer: ArrayBuffer) => [...new Uint8Array(buffer)];
const message = JSON.stringify({ name: "Ünïcödé ✓", list: [1, 2, 3] });

const tests = suite({
  "what a password encrypts, it decrypts": () => {
    for (const plain of ["", "a", message, "x".repeat(100_000)])
      equal(text(pgpDecrypt(pgpEncrypt(plain, PASSWORD), PASSWORD)), plain);
    const binary = new Uint8Array([0, 255, 10, 13, 0]);
    equal(bytes(pgpDecrypt(pgpEncrypt(binary, PASSWORD), PASSWORD)), [...binary]);
    equal(bytes(pgpDecrypt(pgpEncrypt(binary.buffer, PASSWORD), PASSWORD)), [...binary]);
  },
  "a message is the SDK's kind: AES-256, iterated SHA-256 over 16,777,216 bytes, integrity protected": () => {
    const packet = bytes(pgpEncrypt(message, PASSWORD));
    equal((packet[0] ?? 0) & 0x3f, 3); // symmetric-key encrypted session key
    equal(packet.slice(2, 6), [4, 9, 3, 8]); // version, AES-256, iterated and salted, SHA-256
    equal(packet[14], 0xe0); // the coded count
    const next = 2 + (packet[1] ?? 0);
    equal((packet[next] ?? 0) & 0x3f, 18); // encrypted with integrity protection
    ok(packet.length - message.length < 130, "nothing else is in it");
  },
  "no two messages are alike": () => {
    const sealed = [1, 2].map(() => sha256(pgpEncrypt(message, PASSWORD)));
    ok(sealed[0] !== sealed[1], "salt and session key are fresh");
    const shared = [1, 2].map(() => eciesEncrypt(GENERATOR, message));
    ok(shared[0] !== shared[1], "the ephemeral key is fresh");
  },
  "a wrong password or a changed byte is refused": () => {
    const sealed = pgpEncrypt(message, PASSWORD);
    throws(() => pgpDecrypt(sealed, "another"), /./);
    const changed = new Uint8Array(sealed.slice(0));
    const at = changed.length - 30;
    changed[at] = (changed[at] ?? 0) ^ 1;
    throws(() => pgpDecrypt(changed, PASSWORD), /./);
    throws(() => pgpDecrypt("no message", PASSWORD), /./);
    throws(() => pgpDecrypt(sealed.slice(0, 40), PASSWORD), /./);
  },
  "a session's messages are ordinary ones": () => {
    const session = new PgpSession(PASSWORD);
    const [one, two] = [session.encrypt(message), session.encrypt(message)];
    equal([text(pgpDecrypt(one, PASSWORD)), text(pgpDecrypt(two, PASSWORD))], [message, message]);
    ok(sha256(one) !== sha256(two), "each has a session key of its own");
  },
  "what a public key encrypts, its private key decrypts": () => {
    for (const plain of ["", "a", PASSWORD, message]) {
      const sealed = eciesEncrypt(GENERATOR, plain);
      ok(/^[0-9a-f]+$/.test(sealed), "lower-case hex without 0x");
      // iv, ephemeral key, AES blocks, mac
      equal(sealed.length / 2, 16 + 65 + 16 * (Math.floor(new TextEncoder().encode(plain).length / 16) + 1) + 32);
      equal(sealed.slice(32, 34), "04");
      equal(text(eciesDecrypt(ONE, sealed)), plain);
    }
  },
  "takes a compressed key too, and refuses what is none": () => {
    const compressed = `0x02${GENERATOR.slice(4, 68)}`;
    equal(text(eciesDecrypt(ONE, eciesEncrypt(compressed, message))), message);
    throws(() => eciesEncrypt("0x1234", message), /./);
    throws(() => eciesEncrypt(`0x04${"11".repeat(64)}`, message), /./); // no point of the curve
  },
  "a changed cipher text or another key is refused": () => {
    const sealed = eciesEncrypt(GENERATOR, message);
    const last = sealed.endsWith("0") ? "1" : "0";
    throws(() => eciesDecrypt(ONE, sealed.slice(0, -1) + last), /./);
    throws(() => eciesDecrypt(`0x${"2".padStart(64, "0")}`, sealed), /./);
    throws(() => eciesDecrypt(ONE, "zz"), /./);
  },
  "hashes bytes and text alike": () => {
    equal(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    equal(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    equal(sha256(new TextEncoder().encode(message)), sha256(message));
  },
  "refuses a service account that is none, without repeating it": () => {
    const error = throws(() => new ServiceAccount('{"client_email":"a@b","private_key":"do not print this"}'), /./);
    ok(!error.message.includes("do not print"), "the key is not in the message");
    throws(() => new ServiceAccount("{"), /./);
    throws(() => new ServiceAccount({ file: "/no/such/account.json" }), /\/no\/such\/account\.json/);
  },
});

export const options = tests.options;
export default tests.run;
