package account

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	key     = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
)

func TestPrintsItsAddressOnly(t *testing.T) {
	t.Parallel()
	account, err := FromHex(key)
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T %[1]v"} {
		require.Contains(t, fmt.Sprintf(verb, account), address)
		require.NotContains(t, strings.ToLower(fmt.Sprintf(verb, account)), key[2:])
	}
	text, err := json.Marshal(map[string]any{"a": account})
	require.NoError(t, err)
	require.JSONEq(t, `{"a":"`+address+`"}`, string(text))
}

func TestSignAndRecover(t *testing.T) {
	t.Parallel()
	account, err := FromHex(key[2:])
	require.NoError(t, err)
	digest := make([]byte, 32)
	for _, sign := range []func([]byte) ([]byte, error){account.Sign, account.SignDigest} {
		signature, err := sign(digest)
		require.NoError(t, err)
		recovered, err := Recover(digest, signature)
		require.NoError(t, err)
		require.Equal(t, account.Address, recovered)
		signature[64] = 9
		_, err = Recover(digest, signature)
		require.Error(t, err)
	}
	_, err = account.Sign(digest[1:])
	require.Error(t, err)
	_, err = Recover(digest, nil)
	require.ErrorContains(t, err, "65 bytes, not 0")
}

func TestBadKeysAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "0x", "secret", "0x" + strings.Repeat("0", 64),
		"0x" + strings.Repeat("f", 64), key + "00",
	} {
		_, err := FromHex(text)
		require.ErrorIs(t, err, errKey)
	}
}
