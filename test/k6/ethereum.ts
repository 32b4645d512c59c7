// k6/x/ethereum: accounts and signatures against the vectors recorded from the real SDK, errors, and the wallet pool.
import {
  type Account,
  Client,
  formatEther,
  getAddress,
  hashTypedData,
  keccak256,
  mnemonicToAccount,
  mnemonicToAddresses,
  parseEther,
  parseGwei,
  privateKeyToAccount,
  recoverMessageAddress,
  recoverTypedDataAddress,
  WalletPool,
} from "k6/x/ethereum";
import { permissionsDomain, typedDataTypes } from "../../scenarios/streaming/abi/typed-data.ts";
import { equal, ok, rejects, suite, throws } from "./support/suite.ts";

const PHRASE = "test test test test test test test test test test test junk";
const FIRST = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const SECOND = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const KEY_MESSAGE = "Please sign to retrieve your encryption key";
const KEY =
  "0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec46715942b75fea83f6d9fea2220f9f6b1254be2825cbf060f1bc25f9f31fee3281c";

const permission = {
  domain: permissionsDomain(14_800),
  types: typedDataTypes.ServerFilesAndPermission,
  primaryType: "ServerFilesAndPermission",
  message: {
    nonce: 0n,
    granteeId: 1n,
    grant: "https://example.test/grant.json",
    fileUrls: ["https://example.test/file.json"],
    schemaIds: [0n],
    serverAddress: SECOND,
    serverUrl: "https://example.test",
    serverPublicKey: `0x04${"11".repeat(64)}`,
    filePermissions: [[{ account: SECOND, key: "deadbeef" }]],
  },
} as const;
const PERMISSION_SIGNATURE =
  "0x261a5fe648d1cf74614a66cf5a3f58727caca3741f730578c1805ed5b1d9cd691c8818c647d9751ea39ed8db7fde1c92c21ee817c509cf896335ad7b6c56042d1b";

let pools = 0;
/** A pool of its own: the first of two instances, whose users need wallets 0, 2 and 4. */
const pool = (more: { planned?: number; size?: number } = {}) =>
  new WalletPool({
    name: `pool ${pools++}`,
    mnemonic: PHRASE,
    offset: 100,
    instance: 0,
    instances: 2,
    planned: 3,
    size: 2,
    ...more,
  });

const accountOf = (wallet: { account: Account }) => wallet.account.address;

const tests = suite({
  "derives the accounts every development node knows": () => {
    equal(mnemonicToAccount(PHRASE).address, FIRST);
    equal(mnemonicToAccount(PHRASE, { addressIndex: 1 }).address, SECOND);
    equal(mnemonicToAccount(PHRASE, { path: "m/44'/60'/0'/0/1" }).address, SECOND);
    equal(mnemonicToAddresses(PHRASE, { start: 0, end: 2 }), [FIRST, SECOND]);
    equal(mnemonicToAddresses(PHRASE, { start: 3, end: 3 }), []);
    ok(mnemonicToAccount(PHRASE, { accountIndex: 1 }).address !== FIRST, "another branch gives another account");
  },
  "refuses a phrase with a wrong checksum, a wrong word or too few, without repeating it": () => {
    for (const phrase of [PHRASE.replace("junk", "test"), PHRASE.replace("junk", "junc"), "test test junk"]) {
      const error = throws(() => mnemonicToAccount(phrase), /./);
      ok(!error.message.includes("junc") && !error.message.includes("test test"), `"${error.message}" holds words`);
    }
    throws(() => mnemonicToAccount({ file: "/no/such/phrase" }), /\/no\/such\/phrase/);
  },
  "prints an account as its address, and never its key": () => {
    const account = mnemonicToAccount(PHRASE);
    equal(String(account), FIRST);
    equal(JSON.stringify({ account }), JSON.stringify({ account: FIRST }));
    const key = "0x00000000000000000000000000000000000000000000000000000000000000ff";
    const other = privateKeyToAccount(key);
    const seen = [
      String(other),
      JSON.stringify(other),
      ...Object.keys(other),
      ...Object.values(other).map(String),
    ].join(" ");
    ok(!/0{62}ff/.test(seen), "the key is not to be seen");
  },
  "signs a message as the SDK's users do": () => {
    const account = mnemonicToAccount(PHRASE);
    equal(account.signMessage({ message: KEY_MESSAGE }), KEY);
    equal(recoverMessageAddress({ message: KEY_MESSAGE, signature: KEY }), FIRST);
    const raw = "0x506c65617365207369676e20746f20726574726965766520796f757220656e6372797074696f6e206b6579";
    equal(account.signMessage({ message: { raw } }), KEY);
    ok(
      recoverMessageAddress({ message: `${KEY_MESSAGE}.`, signature: KEY }) !== FIRST,
      "another text is another signer",
    );
  },
  "hashes and signs a permission as the SDK does": () => {
    equal(hashTypedData(permission), "0x3627761f0117bce9ec770b81852b951c68779b190bf32b689b4aa57ffaeb7ec9");
    equal(mnemonicToAccount(PHRASE).signTypedData(permission), PERMISSION_SIGNATURE);
    equal(recoverTypedDataAddress({ ...permission, signature: PERMISSION_SIGNATURE }), FIRST);
    const other = { ...permission, message: { ...permission.message, nonce: 1n } };
    ok(
      recoverTypedDataAddress({ ...other, signature: PERMISSION_SIGNATURE }) !== FIRST,
      "another nonce, another signer",
    );
  },
  "counts ether exactly, as bigint": () => {
    equal(parseEther("1.000000000000000001"), 1_000_000_000_000_000_001n);
    equal(formatEther(123_456_789_012_345_678_901n), "123.456789012345678901");
    equal(parseGwei("1.5"), 1_500_000_000n);
    throws(() => parseEther("1,5"), /./);
  },
  "knows Ethereum's hash and checksummed addresses": () => {
    equal(keccak256("0x"), "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    equal(keccak256(new Uint8Array([1, 2]).buffer), keccak256("0x0102"));
    equal(getAddress(FIRST.toLowerCase()), FIRST);
    throws(() => getAddress("0x1234"), /./);
  },
  "a refused connection is an Error of kind transport, soon and retryable": async () => {
    const started = Date.now();
    const client = new Client({ url: "http://127.0.0.1:1", retryFor: 0, timeout: 2_000 });
    const error = await rejects(client.getBlockNumber(), /127\.0\.0\.1:1/);
    equal([error.kind, (error as { retryable?: boolean }).retryable], ["transport", true]);
    ok(Date.now() - started < 3_000, "it took less than 3 s");
  },
  "the pool hands out this instance's wallets in order, each once": async () => {
    const wallets = pool();
    equal(await wallets.demand({ max: 5 }), [0, 2]);
    wallets.offer([0, 2]);
    const first = await wallets.take({ timeout: 1_000 });
    const second = await wallets.take({ timeout: 1_000 });
    equal([first.index, second.index], [0, 2]);
    equal(accountOf(first), mnemonicToAccount(PHRASE, { addressIndex: 100 }).address);
    equal(accountOf(second), mnemonicToAccount(PHRASE, { addressIndex: 102 }).address);
    equal(wallets.address(2), accountOf(second));
    equal(await wallets.demand({ max: 5 }), [4]);
    wallets.offer([4]);
    equal((await wallets.take({ timeout: 1_000 })).index, 4);
  },
  "the pool ends its workers once all planned wallets are reserved": async () => {
    const wallets = pool({ planned: 1 });
    equal(await wallets.demand({ max: 5 }), [0]);
    equal(await wallets.demand({ max: 5 }), null);
  },
  "the pool ends its workers at their deadline": async () => {
    const wallets = pool({ size: 1 });
    equal(await wallets.demand({ max: 1 }), [0]);
    const started = Date.now();
    equal(await wallets.demand({ max: 1, deadline: started + 300 }), null);
    ok(Date.now() - started >= 250 && Date.now() - started < 2_000, "it waited for the deadline");
  },
  "a user who comes before the wallet gets it when it is offered": async () => {
    const wallets = pool();
    const waiting = wallets.take({ timeout: 5_000 });
    wallets.offer((await wallets.demand({ max: 1 })) ?? []);
    const wallet = await waiting;
    equal(wallet.index, 0);
    ok(wallet.waited >= 0 && wallet.waited < 5_000, "it says how long that was");
  },
  "a user without a wallet is told so in time": async () => {
    const started = Date.now();
    const error = await rejects(pool().take({ timeout: 300 }), /./);
    equal(error.kind, "timeout");
    const waited = Date.now() - started;
    ok(waited >= 250 && waited < 2_000, `it waited ${waited} ms for 300`);
  },
  "a wallet that was not paid is demanded again": async () => {
    const wallets = pool();
    equal(await wallets.demand({ max: 2 }), [0, 2]);
    wallets.giveBack([0, 2]);
    const again = (await wallets.demand({ max: 3 })) ?? [];
    equal([...again].sort(), [0, 2]);
    const { waiting, reserved, taken, highest } = wallets.stats();
    equal({ waiting, reserved, taken, highest }, { waiting: 0, reserved: 2, taken: 0, highest: 2 });
  },
  "closing the pool ends everybody who waits": async () => {
    const wallets = pool({ size: 1 });
    equal(await wallets.demand({ max: 1 }), [0]);
    const user = rejects(wallets.take({ timeout: 10_000 }), /closed/);
    const worker = wallets.demand({ max: 1 });
    wallets.close();
    equal(await worker, null);
    await user;
  },
  "pools of one name are one pool": async () => {
    const options = { mnemonic: PHRASE, offset: 100, instance: 0, instances: 1, planned: 2, size: 2 };
    const [one, other] = [
      new WalletPool({ name: "shared", ...options }),
      new WalletPool({ name: "shared", ...options }),
    ];
    one.offer((await one.demand({ max: 2 })) ?? []);
    equal((await other.take({ timeout: 1_000 })).index, 0);
    equal((await one.take({ timeout: 1_000 })).index, 1);
  },
});

export const options = tests.options;
export default tests.run;
