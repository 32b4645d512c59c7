package encryption

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func newSHA256() hash.Hash { return sha256.New() }

const (
	privateKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	publicKey  = "048318535b54105d4a7aae60c08fc45f9687181b4fdfc625bd1a753fa7397fed753547f11ca8696646f2f3acb08e31016afac23e630c5d11f59f61fef57b0d2aa5"
	compressed = "038318535b54105d4a7aae60c08fc45f9687181b4fdfc625bd1a753fa7397fed75"
	// fromEccrypto was made by eccrypto-js 5.4 of "0x8ece315f hello ecies".
	fromEccrypto = "8c8550b26320f15ec90a7ee60e860c3a04929325efeabbeceb5ac817fa28930c9fce58df7cc9cac90faa3a15ab24c6660d1573a6cbc9e5dff0aced0de8cfd8bece2" +
		"1531598beeba10cf1806a4511b48244d8b94392c95168706d044549c948ae9c7021efa34d5cd5791539c724a7d1bd004eb597e2094eaeb8502d027e151cd1accecec84263d57e0d8b5f416efd8f7eab"
)

func TestECIESOpensWhatTheSDKMakes(t *testing.T) {
	t.Parallel()
	data, err := eciesOpen(privateKey, fromEccrypto)
	require.NoError(t, err)
	require.Equal(t, "0x8ece315f hello ecies", string(data))
}

func TestECIESRoundTrips(t *testing.T) {
	t.Parallel()
	for _, key := range []string{publicKey, compressed, "0x" + publicKey} {
		for _, size := range []int{0, 1, 15, 16, 17, 132, 10_000} {
			data := bytes.Repeat([]byte("x"), size)
			sealed, err := eciesSeal(key, data)
			require.NoError(t, err)
			require.Len(t, sealed, 16+65+(size/16+1)*16+32)
			opened, err := eciesOpen("0x"+privateKey, hex.EncodeToString(sealed))
			require.NoError(t, err)
			require.Equal(t, string(data), string(opened))
		}
	}
}

// TestECIESLength is the SDK's: the 132 characters of a signature become 514 hex digits.
func TestECIESLength(t *testing.T) {
	t.Parallel()
	sealed, err := eciesSeal(publicKey, make([]byte, 132))
	require.NoError(t, err)
	require.Len(t, hex.EncodeToString(sealed), 514)
}

func TestECIESDoesNotTouchItsInput(t *testing.T) {
	t.Parallel()
	backing := []byte("datamore")
	_, err := eciesSeal(publicKey, backing[:4])
	require.NoError(t, err)
	require.Equal(t, "datamore", string(backing))
}

func TestECIESBadKeys(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "0x", "zz", publicKey[2:], publicKey[:64], "05" + publicKey[2:], "06" + publicKey[2:], "02" + strings.Repeat("f", 64)} {
		_, err := eciesSeal(key, []byte("x"))
		require.ErrorIs(t, err, errPublicKey, key)
	}
	for _, key := range []string{"", "zz", strings.Repeat("0", 64), strings.Repeat("f", 64), privateKey[2:]} {
		_, err := eciesOpen(key, fromEccrypto)
		require.ErrorContains(t, err, "private key")
	}
	_, err := eciesOpen(strings.Repeat("1", 64), fromEccrypto)
	require.ErrorIs(t, err, errECIES, "another key")
}

func TestECIESDamage(t *testing.T) {
	t.Parallel()
	sealed, err := hex.DecodeString(fromEccrypto)
	require.NoError(t, err)
	for length := range sealed {
		_, err := eciesOpen(privateKey, hex.EncodeToString(sealed[:length]))
		require.Error(t, err, length)
	}
	for bit := range len(sealed) * 8 {
		damaged := bytes.Clone(sealed)
		damaged[bit/8] ^= 1 << (bit % 8)
		_, err := eciesOpen(privateKey, hex.EncodeToString(damaged))
		require.ErrorIs(t, err, errECIES, bit)
	}
}

func BenchmarkECIES(b *testing.B) {
	for b.Loop() {
		_, _ = eciesSeal(publicKey, make([]byte, 132))
	}
}
