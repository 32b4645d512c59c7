package river

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/account"
)

// The first accounts of the public test phrase.
const (
	userKey   = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	deviceKey = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
	otherKey  = "0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"
)

var (
	userAddress = common.HexToAddress("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266")
	now         = time.UnixMilli(1_700_000_000_000)
	later       = time.UnixMilli(1_800_000_000_001)
)

const expiry = 1_800_000_000_000

func accountOf(t testing.TB, key string) *account.Account {
	t.Helper()
	made, err := account.FromHex(key)
	require.NoError(t, err)
	return made
}

func newDelegate(t testing.TB) *Delegate {
	t.Helper()
	delegate, err := NewDelegate(accountOf(t, userKey), accountOf(t, deviceKey), expiry)
	require.NoError(t, err)
	return delegate
}

func newEnvelope(t testing.TB, fields string) *Envelope {
	t.Helper()
	envelope, err := newDelegate(t).Event([]byte(fields), now)
	require.NoError(t, err)
	return envelope
}

// sign makes an envelope of any bytes, as a forger would.
func sign(t testing.TB, key string, event []byte) *Envelope {
	t.Helper()
	hash := Hash(event)
	signature, err := accountOf(t, key).Sign(hash[:])
	require.NoError(t, err)
	return &Envelope{Hash: hash[:], Signature: signature, Event: event}
}

func base64Of(raw []byte) string { return base64.StdEncoding.EncodeToString(raw) }

// channelMessage is the fields of an event with ciphertext in it.
const channelMessage = `{
	"channelPayload": {"message": {"algorithm": "grpaes", "ciphertextBytes": "AQID"}}, "prevMiniblockNum": "7"
}`
