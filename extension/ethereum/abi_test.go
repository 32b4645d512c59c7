package ethereum_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/jstest"
)

// fixtures are the ABI, arguments and typed data that testdata/viem.json was made of with viem 2.57.1.
const fixtures = `
const A = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const b32 = (byte) => "0x" + byte.repeat(32);
const permission = { name: "permission", type: "tuple", components: [
	{ name: "nonce", type: "uint256" }, { name: "granteeId", type: "uint256" }, { name: "grant", type: "string" }, { name: "fileUrls", type: "string[]" },
	{ name: "schemaIds", type: "uint256[]" }, { name: "serverAddress", type: "address" }, { name: "serverUrl", type: "string" },
	{ name: "serverPublicKey", type: "string" },
	{ name: "filePermissions", type: "tuple[][]", components: [{ name: "account", type: "address" }, { name: "key", type: "string" }] } ] };
const outputs = [
	{ name: "a", type: "int8" }, { name: "big", type: "uint64" }, { name: "c", type: "bytes3" }, { name: "d", type: "uint16[2][]" },
	{ name: "e", type: "tuple", components: [{ name: "x", type: "int256" }, { name: "y", type: "bytes32[2]" }, { name: "small", type: "uint48" }] },
	{ name: "who", type: "address" }, { name: "raw", type: "bytes" }, { name: "ok", type: "bool" }, { name: "s", type: "string" } ];
const abi = [
	{ type: "function", name: "addServerFilesAndPermissions", stateMutability: "nonpayable", inputs: [permission, { name: "signature", type: "bytes" }], outputs: [{ type: "uint256" }] },
	{ type: "function", name: "mixed", stateMutability: "view", inputs: [
		{ name: "a", type: "int8" }, { name: "b", type: "bool" }, { name: "c", type: "bytes3" }, { name: "d", type: "uint16[2][]" },
		{ name: "e", type: "tuple", components: [{ name: "x", type: "int256" }, { name: "y", type: "bytes32[2]" }] }, { name: "f", type: "string[2]" }], outputs },
	{ type: "function", name: "over", inputs: [{ name: "a", type: "uint8" }], outputs: [] },
	{ type: "function", name: "over", inputs: [{ name: "a", type: "uint8" }, { name: "b", type: "uint8" }], outputs: [] },
	{ type: "function", name: "same", inputs: [{ name: "a", type: "uint8" }], outputs: [] },
	{ type: "function", name: "same", inputs: [{ name: "a", type: "string" }], outputs: [] },
	{ type: "error", name: "InvalidNonce", inputs: [{ name: "expected", type: "uint256" }, { name: "provided", type: "uint256" }] },
	{ type: "event", name: "PermissionAdded", inputs: [{ name: "permissionId", type: "uint256", indexed: true }, { name: "user", type: "address", indexed: true },
		{ name: "granteeId", type: "uint256", indexed: true }, { name: "grant", type: "string" }, { name: "fileIds", type: "uint256[]" }] },
	{ type: "event", name: "Named", inputs: [{ name: "label", type: "string", indexed: true }, { name: "small", type: "uint32", indexed: true }] } ];
const perm = { nonce: 0n, granteeId: 1n, grant: "https://example.test/grant.json", fileUrls: ["https://example.test/file.json", "b"], schemaIds: [0n, 2n], serverAddress: A,
	serverUrl: "https://example.test", serverPublicKey: "0x04" + "11".repeat(64), filePermissions: [[{ account: A, key: "deadbeef" }], []] };
const encode = (functionName, ...args) => ethereum.encodeFunctionData({ abi, functionName, args });
const mixed = [-128, true, "0xabcdef", [[1, 2], [65535, 0]], { x: -(2n ** 255n), y: [b32("11"), b32("22")] }, ["x", "ä€😀"]];
const typed = { domain: { name: "T", version: "2", chainId: 5n, verifyingContract: A, salt: b32("ab") },
	types: { Mail: [{ name: "from", type: "Person" }, { name: "to", type: "Person[]" }, { name: "grid", type: "int16[2][]" }, { name: "raw", type: "bytes" },
		{ name: "tag", type: "bytes4" }, { name: "flag", type: "bool" }, { name: "n", type: "int256" }, { name: "deep", type: "Person[][]" }],
		Person: [{ name: "name", type: "string" }, { name: "wallets", type: "address[]" }] }, primaryType: "Mail",
	message: { from: { name: "ä", wallets: [A] }, to: [{ name: "b", wallets: [] }, { name: "c", wallets: [A, A] }], grid: [[1, -2], [3, 4]], raw: "0x0102ff", tag: "0xdeadbeef",
		flag: true, n: -(2n ** 255n), deep: [[{ name: "d", wallets: [A] }], []] } };
const account = ethereum.mnemonicToAccount(junk);
`

func newFixtureVU(t *testing.T) (*jstest.VU, map[string]string) {
	t.Helper()
	vu := newVU(t)
	_, err := vu.VU.Runtime().RunString(fixtures)
	require.NoError(t, err)
	text, err := os.ReadFile("testdata/viem.json")
	require.NoError(t, err)
	want := map[string]string{}
	require.NoError(t, json.Unmarshal(text, &want))
	return vu, want
}

func TestEncodesAsViem(t *testing.T) {
	t.Parallel()
	vu, want := newFixtureVU(t)
	for expression, name := range map[string]string{
		`encode("addServerFilesAndPermissions", perm, "0x010203")`:                                                                          "add",
		`encode("addServerFilesAndPermissions", perm, new Uint8Array([1, 2, 3]))`:                                                           "add",
		`encode("addServerFilesAndPermissions", { ...perm, nonce: 0, granteeId: "1", schemaIds: ["0x0", 2] }, "0x010203")`:                  "add",
		`encode("addServerFilesAndPermissions", { ...perm, serverAddress: A.toLowerCase() }, new Uint8Array([1, 2, 3]).buffer)`:             "add",
		`encode("addServerFilesAndPermissions", Object.values(perm), "0x010203")`:                                                           "add",
		`ethereum.encodeFunctionData({ abi: JSON.stringify(abi), functionName: "addServerFilesAndPermissions", args: [perm, "0x010203"] })`: "add",
		`encode("mixed", ...mixed)`: "mixed",
		`encode("mixed(int8,bool,bytes3,uint16[2][],(int256,bytes32[2]),string[2])", ...mixed)`: "mixed",
	} {
		require.Equal(t, want[name], vu.MustText(expression), expression)
	}
	require.Equal(t, "0x", vu.MustText(`encode("over", 1).slice(0, 2)`))
	require.Equal(t, "74,138", vu.MustText(`[encode("over", 1).length, encode("over", 1, 2).length].join()`))
}

func TestEncodingErrorsNameTheArgument(t *testing.T) {
	t.Parallel()
	vu, _ := newFixtureVU(t)
	change := func(field, value string) string {
		return `encode("addServerFilesAndPermissions", { ...perm, ` + field + `: ` + value + ` }, "0x")`
	}
	for expression, want := range map[string]string{
		change("fileUrls", `[1]`):                                        "argument permission.fileUrls[0]: want a string, got a number",
		change("fileUrls", `"x"`):                                        "argument permission.fileUrls: want an array, got a string",
		change("nonce", `-1`):                                            "argument permission.nonce: out of range for uint256",
		change("nonce", `2n ** 256n`):                                    "argument permission.nonce: out of range for uint256",
		change("nonce", `1.5`):                                           "argument permission.nonce: want a whole number",
		change("nonce", `2 ** 53`):                                       "argument permission.nonce: want a whole number below 2^53",
		change("nonce", `"1e3"`):                                         "argument permission.nonce: want an integer in decimal or 0x hex",
		change("nonce", `undefined`):                                     "argument permission.nonce: want a bigint, a whole number or a string of digits, got undefined",
		change("serverAddress", `"0x12"`):                                "argument permission.serverAddress: not an address",
		change("serverAddress", `A.replace("C8", "c8")`):                 "argument permission.serverAddress: not an address: its checksum",
		change("filePermissions", `[[{ account: A }]]`):                  "argument permission.filePermissions[0][0].key: want a string, got undefined",
		change("filePermissions", `[["x"]]`):                             "argument permission.filePermissions[0][0]: want an object with the tuple's components",
		change("fileUrls", `new Array(2 ** 32 - 1)`):                     "argument permission.fileUrls: an array of 4294967295 elements is too long",
		`encode("addServerFilesAndPermissions", perm)`:                   "addServerFilesAndPermissions: args: want 2, got 1",
		`encode("addServerFilesAndPermissions", [], "0x")`:               "argument permission: want 9 components, got 0",
		`encode("addServerFilesAndPermissions", perm, "1")`:              "argument signature: want hex that starts with 0x",
		`encode("mixed", 128, ...mixed.slice(1))`:                        "argument a: out of range for int8",
		`encode("mixed", -129, ...mixed.slice(1))`:                       "argument a: out of range for int8",
		`encode("mixed", 1, 1, ...mixed.slice(2))`:                       "argument b: want a boolean, got a number",
		`encode("mixed", 1, true, "0xabcd", ...mixed.slice(3))`:          "argument c: want 3 bytes, got 2",
		`encode("mixed", 1, true, "0xabcdef", [[1]], ...mixed.slice(4))`: "argument d[0]: want 2 elements, got 1",
		`encode("nothing")`:                                              `functionName: the ABI has no function "nothing"; it has addServerFilesAndPermissions, mixed, over, same`,
		`encode("same", 1)`:                                              `functionName: "same" is overloaded; name one of same(string), same(uint8)`,
		`ethereum.encodeFunctionData({ abi: {}, functionName: "x" })`:    "abi: want an array, got an object",
		`ethereum.encodeFunctionData({ abi: [{ type: "function", name: 1 }], functionName: "x" })`: "abi: not a contract's ABI",
		`ethereum.encodeFunctionData({ abi: "[", functionName: "x" })`:                             "abi: not a contract's ABI",
		`ethereum.encodeFunctionData({ abi: new Array(2 ** 32 - 1), functionName: "x" })`:          "abi: an array of 4294967295 elements is too long",
	} {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
		require.NotContains(t, err.Error(), "internal error")
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	vu, _ := newFixtureVU(t)
	_, err := vu.VU.Runtime().RunString(`
		const word = (n) => "0x" + BigInt(n).toString(16).padStart(64, "0");
		const added = { address: A, logIndex: 3, blockNumber: 7n, transactionHash: word(9), removed: false,
			topics: ["0x2cff87230608e71ec991ee7212c0cc861c08b275ecc30716cdc7681cc0fdc288", word(5), word(A), word(1)],
			data: "0x" + [word(0x40), word(0x80), word(1), "0x61" + "0".repeat(62), word(1), word(2)].map((w) => w.slice(2)).join("") };
		const named = { address: account.address, topics: [ethereum.keccak256("0x4e616d656428737472696e672c75696e74333229"), word(77), word(42)], data: "0x" };
		const foreign = { address: A, topics: [word(1)], data: "0x" };
		const fewer = { ...added, topics: added.topics.slice(0, 3) };
		const cut = { ...added, data: "0x01" };
		const logs = [foreign, added, named, fewer, cut, { address: A, topics: [], data: "0x" }];
		const show = (value) => JSON.stringify(value, (_, v) => typeof v === "bigint" ? v + "n" : v);
	`)
	require.NoError(t, err)
	const args = `{"permissionId":"5n","user":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","granteeId":"1n","grant":"a","fileIds":["2n"]}`
	for expression, want := range map[string]string{
		`show(ethereum.decodeEventLog({ abi, ...added }))`:                              `{"eventName":"PermissionAdded","args":` + args + `}`,
		`show(ethereum.decodeEventLog({ abi, topics: named.topics, data: "0x" }).args)`: `{"label":"0x000000000000000000000000000000000000000000000000000000000000004d","small":42}`,
		`ethereum.parseEventLogs({ abi, logs }).map((log) => log.eventName).join()`:     "PermissionAdded,Named",
		`ethereum.parseEventLogs({ abi, logs, eventName: "Named" }).length`:             "1",
		`ethereum.parseEventLogs({ abi, logs, address: A.toLowerCase() })[0].eventName`: "PermissionAdded",
		`ethereum.parseEventLogs({ abi, logs, address: A }).length`:                     "1",
		`ethereum.parseEventLogs({ abi, logs: [] }).length`:                             "0",
		`show(Object.keys(ethereum.parseEventLogs({ abi, logs: [added] })[0]))`:         `["address","logIndex","blockNumber","transactionHash","removed","topics","data","eventName","args"]`,
		`ethereum.parseEventLogs({ abi, logs: [added] })[0].blockNumber === 7n`:         "true",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
	for expression, want := range map[string]string{
		`ethereum.decodeEventLog({ abi, ...foreign })`:                        "the log's first topic is no event of the ABI",
		`ethereum.decodeEventLog({ abi, ...fewer })`:                          "PermissionAdded has 3 indexed arguments, the log 2",
		`ethereum.decodeEventLog({ abi, ...cut })`:                            "PermissionAdded: the answer does not fit the ABI",
		`ethereum.decodeEventLog({ abi, topics: ["0x12"], data: "0x" })`:      "topics[0]: want 32 bytes, got 1",
		`ethereum.parseEventLogs({ abi, logs: [1] })`:                         "logs[0]: want an object, got a number",
		`ethereum.parseEventLogs({ abi, logs: [{ topics: 1 }] })`:             "logs[0].topics: want an array, got a number",
		`ethereum.parseEventLogs({ abi, logs, eventName: "PermisionAdded" })`: `the ABI has no event "PermisionAdded"; it has`,
	} {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
	}
}
