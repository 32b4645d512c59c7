package ethereum_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/usage"
)

// key0 is the well-known private key of the junk phrase's first account.
const key0 = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"

func TestAccounts(t *testing.T) {
	t.Parallel()
	run(t, map[string]string{
		`ethereum.mnemonicToAccount(junk)`:                                                       "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.mnemonicToAccount(junk).address`:                                               "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.mnemonicToAccount(junk, { addressIndex: 1 })`:                                  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
		`ethereum.mnemonicToAccount(junk, { path: "m/44'/60'/0'/0/1" })`:                         "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
		`ethereum.mnemonicToAccount(junk, { accountIndex: 1, addressIndex: 3 })`:                 "0x9BF4beE5bfbEbb3a4b7060dAe40CA6fD49305D60",
		`ethereum.mnemonicToAccount(junk, { accountIndex: 2, changeIndex: 1, addressIndex: 7 })`: "0x66B2f126B182DbB57B67697cfFd00a61D6d0706c",
		`ethereum.mnemonicToAccount(" Test " + junk.slice(5) + "\n")`:                            "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.privateKeyToAccount("` + key0 + `")`:                                           "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		`ethereum.mnemonicToAddresses(junk, { start: 1, end: 3 }).join(" ")`:                     "0x70997970C51812dc3A010C7d01b50e0d17dc79C8 0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
		`ethereum.mnemonicToAddresses(junk, { start: 3, end: 3 }).length`:                        "0",
		`ethereum.mnemonicToAddresses(junk, { start: 0, end: 1, accountIndex: 1 }) + ""`:         "0x8C8d35429F74ec245F8Ef2f4Fd1e551cFF97d650",
	})
}

func TestAccountErrors(t *testing.T) {
	t.Parallel()
	secret := "0x" + strings.Repeat("f", 64) // above the curve's order
	runErrors(t, map[string]string{
		`ethereum.mnemonicToAccount("test test")`:                                             "the mnemonic has 2 words; want 12, 15, 18, 21 or 24",
		`ethereum.mnemonicToAccount("")`:                                                      "the mnemonic has 0 words",
		`ethereum.mnemonicToAccount(junk.replace("test test", "test tset"))`:                  "word 2 of the mnemonic's 12 is not in the BIP-39 English list",
		`ethereum.mnemonicToAccount(junk.replace("junk", "test"))`:                            "checksum is wrong",
		`ethereum.mnemonicToAccount(7)`:                                                       "mnemonic: want a phrase or {file}, got a number",
		`ethereum.mnemonicToAccount({})`:                                                      "mnemonic.file: want a string, got undefined",
		`ethereum.mnemonicToAccount({ file: "/nowhere/at/all" })`:                             "mnemonic: cannot read \"/nowhere/at/all\": no such file",
		`ethereum.mnemonicToAccount(junk, { addressIndex: -1 })`:                              "options.addressIndex: want a number from 0 to 2147483647",
		`ethereum.mnemonicToAccount(junk, { addressIndex: 1.5 })`:                             "options.addressIndex: want a whole number",
		`ethereum.mnemonicToAccount(junk, { path: "44/60" })`:                                 `not a derivation path: "44/60"`,
		`ethereum.mnemonicToAccount(junk, { path: "m/44''" })`:                                `"44''" is not a step`,
		`ethereum.mnemonicToAccount(junk, { path: "m/0", addressIndex: 1 })`:                  "not both",
		`ethereum.privateKeyToAccount("0x12")`:                                                "not a private key",
		`ethereum.privateKeyToAccount("` + secret + `")`:                                      "not a private key",
		`ethereum.mnemonicToAddresses(junk, { start: 5, end: 4 })`:                            "options.end",
		`ethereum.mnemonicToAddresses(junk, { start: 0, end: 2 ** 31 })`:                      "options.end",
		`ethereum.mnemonicToAccount(junk).signMessage("hello")`:                               "parameters: want an object, got a string",
		`ethereum.mnemonicToAccount(junk).signMessage({ message: 1 })`:                        "message: want a string or {raw}, got a number",
		`ethereum.mnemonicToAccount(junk).signMessage.call({}, { message: "x" })`:             "Account.signMessage was called on something that is not a Account",
		`ethereum.recoverMessageAddress({ message: "x", signature: "0x00" })`:                 "65 bytes, not 1",
		`ethereum.recoverMessageAddress({ message: "x", signature: "0x" + "0".repeat(130) })`: "the signature is not valid",
	})
}

// TestErrorsKeepSecrets: nothing that was given as a phrase or key comes back in a message.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	for _, expression := range []string{
		`ethereum.mnemonicToAccount("hunter2 hunter2 hunter2")`,
		`ethereum.mnemonicToAccount("hunter2 " + junk.slice(5))`,
		`ethereum.privateKeyToAccount("0xhunter2")`,
	} {
		_, err := vu.Eval(expression)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestMnemonicFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "phrase")
	require.NoError(t, os.WriteFile(path, []byte(junk+"\n"), 0o600))
	vu := newVU(t)
	require.Equal(
		t,
		"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		vu.MustText(`ethereum.mnemonicToAccount({ file: "`+path+`" })`),
	)

	large := filepath.Join(t.TempDir(), "large")
	require.NoError(t, os.WriteFile(large, make([]byte, 1<<20), 0o600))
	_, err := vu.Eval(`ethereum.mnemonicToAccount({ file: "` + large + `" })`)
	require.ErrorContains(t, err, "larger than 65536 bytes")
}

// TestKeysStayInGo looks at a handle in every way a script can.
func TestKeysStayInGo(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	seen := vu.MustText(`(() => {
		const account = ethereum.privateKeyToAccount("` + key0 + `");
		const seen = [String(account), JSON.stringify({ account }), account + "", Object.keys(account).join(), JSON.stringify({ ...account })];
		const look = (object) => {
			for (const key of Reflect.ownKeys(object)) {
				seen.push(String(key));
				try { seen.push(String(object[key])) } catch (e) { seen.push(e.message) }
			}
		};
		for (let o = account; o; o = Object.getPrototypeOf(o)) look(o);
		for (const key in account) seen.push(key);
		return seen.join("\n");
	})()`)
	require.NotContains(t, strings.ToLower(seen), key0[2:20])
	require.Contains(t, seen, `{"account":"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"}`)
	for line := range strings.SplitSeq(seen, "\n") {
		require.NotContains(t, []string{"key", "value", "D"}, line, "a Go field shows")
	}
}

// TestSignMessageVector is the encryption key of the data-portability SDK for the junk phrase's first account.
func TestSignMessageVector(t *testing.T) {
	t.Parallel()
	const signature = "0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec46715942b75fea83f6d9fea2220f9f6b1254be2825cbf060f1bc25f9f31fee3281c"
	run(t, map[string]string{
		`ethereum.mnemonicToAccount(junk).signMessage({ message: "Please sign to retrieve your encryption key" })`:                                                       signature,
		`ethereum.mnemonicToAccount(junk).signMessage({ message: { raw: "0x506c65617365207369676e20746f20726574726965766520796f757220656e6372797074696f6e206b6579" } })`: signature,
		`ethereum.recoverMessageAddress({ message: "Please sign to retrieve your encryption key", signature: "` + signature + `" })`:                                     "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
	})
}

// TestDerivationIsFast judges CPU time, which a busy machine does not stretch as it does wall time; parallel tests wait
// meanwhile.
func TestDerivationIsFast(t *testing.T) { //nolint:paralleltest // measures the process
	vu := newVU(t)
	vu.MustText(`ethereum.mnemonicToAddresses(junk, { start: 0, end: 1 })`)
	best := time.Hour
	for range 3 {
		start := usage.CPU()
		vu.MustText(`ethereum.mnemonicToAddresses(junk, { start: 100, end: 1100 }).length`)
		best = min(best, usage.CPU()-start)
	}
	t.Logf("1,000 addresses in %s of CPU", best)
	if !raceEnabled { // under the race detector timings mean nothing
		require.Less(t, best, 200*time.Millisecond)
	}
}
