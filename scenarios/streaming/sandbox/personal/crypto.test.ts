import { randomBytes } from "node:crypto";
import { createMessage, encrypt, enums } from "openpgp";
import { describe, expect, it } from "vitest";
import { SANDBOX_MNEMONIC } from "../../../../src/core/settings/common.ts";
import { encryptFile } from "../testing/user.ts";
import { eciesDecrypt, eciesEncrypt } from "./ecies.ts";
import { createIdentities, identityIndex } from "./identity.ts";
import { decryptFile } from "./openpgp.ts";

const privateKey = Buffer.from("11".repeat(32), "hex");
const publicKey = Buffer.from(
  "044f355bdcb7cc0af728ef3cceb9615d90684bb5b2ca5f859ab0f0b704075871aa385b6b1b8ead809ca67454d9683fcf2ba03456d6fe2c4abe2b07f0fbdbb2f1c1",
  "hex",
);
/** Encrypted by eccrypto-js 5.4.0 to `publicKey`. */
const vector =
  "e59f6c62d417262338e05fcd75d7b6cf041052b714b93c8fc072c06e2720efa3ed97fdeac2772886c9921340543967a40d67e453e94b124f8d66b90f184b084cecf6558ab1cb5ed44557392d421234f72113a078d3ebeb230c7158322d638da7e8d42857a24f2a460d7cccb5d4d323f6c531106a93b72efebb2af6cda71b6309dbe32b9fb7bee3d9b879a364fb1f488c5e";

describe("ECIES", () => {
  it("decrypts what eccrypto-js encrypted", () => {
    expect(eciesDecrypt(privateKey, Buffer.from(vector, "hex")).toString()).toBe("hello from eccrypto");
  });

  it.each([0, 1, 15, 16, 132, 1_000])("round-trips %d bytes", (size) => {
    const plaintext = randomBytes(size);
    const message = eciesEncrypt(publicKey, plaintext);
    expect(message.length).toBe(16 + 65 + (Math.floor(size / 16) + 1) * 16 + 32);
    expect(eciesDecrypt(privateKey, message).equals(plaintext)).toBe(true);
  });

  it("refuses every changed byte", () => {
    const message = Buffer.from(vector, "hex");
    for (let i = 0; i < message.length; i++) {
      const changed = Buffer.from(message);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => eciesDecrypt(privateKey, changed), `byte ${i}`).toThrow();
    }
    expect(() => eciesDecrypt(privateKey, message.subarray(0, 100))).toThrow("too short");
    expect(() => eciesDecrypt(Buffer.from("22".repeat(32), "hex"), message)).toThrow("not authentic");
  });
});

describe("identity", () => {
  const identityOf = createIdentities(SANDBOX_MNEMONIC);
  const user = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

  // Computed apart from this code: viem's mnemonicToAccount at that index.
  it("is the key at the index that the address's hash gives", () => {
    expect(identityIndex(user)).toBe(2_125_127_449);
    expect(identityOf(user)).toMatchObject({
      address: "0x8f139a2F2c5a7e99B096c9Ca61AB3029D0386365",
      publicKey:
        "0x04c4f6e5b02a0c71be4bea96aabb8bc8c1aebcc2e6a1854f35da2e706c704f862c7267f909ae4abef599cfa56ada34241971f81f06b390ae96f3078c51abc7401f",
    });
    expect(identityOf(user.toLowerCase())).toBe(identityOf(user));
  });

  it("opens what is encrypted to it", () => {
    const { publicKey: to, privateKey: own } = identityOf(user);
    expect(eciesDecrypt(own, eciesEncrypt(Buffer.from(to.slice(2), "hex"), Buffer.from("key"))).toString()).toBe("key");
  });
});

describe("OpenPGP", () => {
  it.each([0, 1, 100_000])("round-trips %d bytes", async (size) => {
    const plaintext = randomBytes(size);
    expect(Buffer.from(await decryptFile(await encryptFile(plaintext, "password"), "password")).equals(plaintext)).toBe(
      true,
    );
  });

  it("decrypts what was encrypted with another key derivation", async () => {
    const message = await createMessage({ binary: Buffer.from("content") });
    const config = { s2kIterationCountByte: 96, preferredSymmetricAlgorithm: enums.symmetric.aes128 };
    const file = (await encrypt({ message, passwords: ["password"], format: "binary", config })) as Uint8Array;
    expect(Buffer.from(await decryptFile(file, "password")).toString()).toBe("content");
    const fewerRounds = { s2kIterationCountByte: 200 };
    const other = (await encrypt({
      message,
      passwords: ["password"],
      format: "binary",
      config: fewerRounds,
    })) as Uint8Array;
    expect(Buffer.from(await decryptFile(other, "password")).toString()).toBe("content");
  });

  it("refuses a wrong password, a changed file and what is no file", async () => {
    const file = await encryptFile("content", "password");
    await expect(decryptFile(file, "passwort")).rejects.toThrow();
    await expect(
      decryptFile(
        file.map((byte, i) => (i === file.length - 25 ? byte ^ 1 : byte)),
        "password",
      ),
    ).rejects.toThrow();
    await expect(decryptFile(new Uint8Array(50), "password")).rejects.toThrow();
  });
});
