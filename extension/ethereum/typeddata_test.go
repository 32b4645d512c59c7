package ethereum_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTypedDataAsViem(t *testing.T) {
	t.Parallel()
	vu, want := newFixtureVU(t)
	for expression, name := range map[string]string{
		`ethereum.hashTypedData(typed)`: "typed",
		`ethereum.hashTypedData({ ...typed, domain: { ...typed.domain, chainId: 5 }, message: { ...typed.message, n: "-" + 2n ** 255n } })`:                                                           "typed",
		`ethereum.hashTypedData({ ...typed, message: { ...typed.message, raw: new Uint8Array([1, 2, 255]), n: -(2n ** 255n), ignored: 1 } })`:                                                         "typed",
		`ethereum.hashTypedData({ domain: { name: "only" }, types: { X: [{ name: "v", type: "uint256" }] }, primaryType: "X", message: { v: 7n } })`:                                                  "domainOnly",
		`ethereum.hashTypedData({ domain: { name: "only" }, types: { EIP712Domain: [{ name: "name", type: "string" }], X: [{ name: "v", type: "uint256" }] }, primaryType: "X", message: { v: 7 } })`: "domainOnly",
	} {
		require.Equal(t, want[name], vu.MustText(expression), expression)
	}
}

// TestTypedDataVector is the SDK's ServerFilesAndPermission, hashed and signed by the SDK itself.
func TestTypedDataVector(t *testing.T) {
	t.Parallel()
	vu, _ := newFixtureVU(t)
	_, err := vu.VU.Runtime().RunString(`
		const files = {
			domain: { name: "VanaDataPortabilityPermissions", version: "1", chainId: 14800, verifyingContract: "0xD54523048AdD05b4d734aFaE7C68324Ebb7373eF" },
			types: {
				Permission: [{ name: "account", type: "address" }, { name: "key", type: "string" }],
				ServerFilesAndPermission: [{ name: "nonce", type: "uint256" }, { name: "granteeId", type: "uint256" }, { name: "grant", type: "string" },
					{ name: "fileUrls", type: "string[]" }, { name: "schemaIds", type: "uint256[]" }, { name: "serverAddress", type: "address" },
					{ name: "serverUrl", type: "string" }, { name: "serverPublicKey", type: "string" }, { name: "filePermissions", type: "Permission[][]" }],
			},
			primaryType: "ServerFilesAndPermission",
			message: { nonce: 0n, granteeId: 1n, grant: "https://example.test/grant.json", fileUrls: ["https://example.test/file.json"], schemaIds: [0],
				serverAddress: A, serverUrl: "https://example.test", serverPublicKey: "0x04" + "11".repeat(64), filePermissions: [[{ account: A, key: "deadbeef" }]] },
		};`)
	require.NoError(t, err)
	const (
		digest    = "0x3627761f0117bce9ec770b81852b951c68779b190bf32b689b4aa57ffaeb7ec9"
		signature = "0x261a5fe648d1cf74614a66cf5a3f58727caca3741f730578c1805ed5b1d9cd691c8818c647d9751ea39ed8db7fde1c92c21ee817c509cf896335ad7b6c56042d1b"
	)
	require.Equal(t, digest, vu.MustText(`ethereum.hashTypedData(files)`))
	require.Equal(t, signature, vu.MustText(`account.signTypedData(files)`))
	require.Equal(
		t,
		vu.MustText(`account`),
		vu.MustText(`ethereum.recoverTypedDataAddress({ ...files, signature: "`+signature+`" })`),
	)
}

func TestTypedDataErrors(t *testing.T) {
	t.Parallel()
	vu, _ := newFixtureVU(t)
	with := func(change string) string {
		return `ethereum.hashTypedData({ ...typed, message: { ...typed.message, ` + change + ` } })`
	}
	for expression, want := range map[string]string{
		with(`from: null`):                     "message.from: want an object, got null",
		with(`from: { name: "x" }`):            "message.from.wallets: want an array, got undefined",
		with(`to: [{ name: 1, wallets: [] }]`): "message.to[0].name: want a string, got a number",
		with(`grid: [[1]]`):                    "message.grid[0]: want 2 elements, got 1",
		with(`grid: [[1, 32768]]`):             "message.grid[0][1]: out of range for int16",
		with(`tag: "0x00"`):                    "message.tag: want 4 bytes, got 1",
		with(`flag: 1`):                        "message.flag: want a boolean, got a number",
		with(`raw: "hello"`):                   "message.raw: want hex that starts with 0x",
		`ethereum.hashTypedData({ ...typed, primaryType: "Other" })`:                              `primaryType: "Other" is not in types`,
		`ethereum.hashTypedData({ ...typed, domain: { ...typed.domain, chainId: "x" } })`:         "domain.chainId: want an integer",
		`ethereum.hashTypedData({ ...typed, types: { Mail: [{ name: "x" }] } })`:                  "types.Mail[0].type: want a string, got undefined",
		`ethereum.hashTypedData({ ...typed, types: { Mail: [{ name: "n", type: "uint" }] } })`:    `"uint" is not an EIP-712 type; write uint256`,
		`ethereum.hashTypedData({ ...typed, types: { Mail: [{ name: "n", type: "uint7" }] } })`:   `message.n: "uint7" is neither a Solidity type nor in types`,
		`ethereum.hashTypedData({ ...typed, types: { Mail: [{ name: "n", type: "]" }] } })`:       `message.n: "]" is not a type`,
		`ethereum.hashTypedData({ ...typed, types: { Mail: [{ name: "n", type: "bytes33" }] } })`: `"bytes33" is neither`,
	} {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
	}
}

// TestTypedDataCycles: recursive types are allowed, cyclic and bushy values are not; neither may end or stall the
// process.
func TestTypedDataCycles(t *testing.T) {
	t.Parallel()
	vu, _ := newFixtureVU(t)
	_, err := vu.VU.Runtime().RunString(`
		const tree = { domain: {}, primaryType: "Node", types: { Node: [{ name: "children", type: "Node[]" }] } };
		const cycle = {}; cycle.children = [cycle];
		const bush = {}; bush.children = [bush, bush, bush];
	`)
	require.NoError(t, err)
	require.Len(t, vu.MustText(`ethereum.hashTypedData({ ...tree, message: { children: [{ children: [] }] } })`), 66)
	_, err = vu.Eval(`ethereum.hashTypedData({ ...tree, message: cycle })`)
	require.ErrorContains(t, err, "nested more than 64 deep")
	_, err = vu.Eval(`ethereum.hashTypedData({ ...tree, message: bush })`)
	require.Error(t, err)
}
