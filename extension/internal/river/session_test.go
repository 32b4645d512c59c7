package river

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
)

func newSession(t testing.TB, secret string, kind string, num int64, hash common.Hash) *Session {
	t.Helper()
	stream, err := NewStreamID(kind, userAddress)
	require.NoError(t, err)
	session, err := NewSession(secret, stream, "device", num, hash)
	require.NoError(t, err)
	return session
}

// sealed is the fields of an EncryptedData that a session fills.
type sealed struct {
	Algorithm, SenderKey, Version, Checksum, RefEventID string
	CiphertextBytes, IvBytes, SessionIDBytes            []byte
}

func read(t testing.TB, text []byte) (data sealed) {
	t.Helper()
	require.NoError(t, json.Unmarshal(text, &data))
	return data
}

func TestMessagesRoundTrip(t *testing.T) {
	t.Parallel()
	session := newSession(t, "s", "channel", 0, common.Hash{})
	for text, reference := range map[string]string{
		`{"post": {"text": {"body": "grüße 🌊"}}}`:                                             "",
		`{"post": {"text": {"body": ""}}}`:                                                    "",
		`{"post": {"threadId": "aa", "text": {"body": "` + strings.Repeat("x", 9000) + `"}}}`: "aa",
		`{"reaction": {"refEventId": "bb", "reaction": "🤖"}}`:                                 "bb",
		`{"edit": {"refEventId": "cc", "post": {"text": {"body": "b"}}}}`:                     "cc",
		`{"redaction": {"refEventId": "dd", "reason": "spam"}}`:                               "dd",
	} {
		encrypted, err := session.EncryptMessage([]byte(text))
		require.NoError(t, err)
		data := read(t, encrypted)
		require.Equal(t, "grpaes", data.Algorithm)
		require.Equal(t, "device", data.SenderKey)
		require.Equal(t, "ENCRYPTED_DATA_VERSION_1", data.Version)
		require.Equal(t, reference, data.RefEventID)
		require.Len(t, data.IvBytes, 12)
		require.Equal(t, session.ID[:], data.SessionIDBytes)
		decrypted, err := session.DecryptMessage(encrypted)
		require.NoError(t, err)
		require.JSONEq(t, text, string(decrypted))
	}
}

func TestSessionID(t *testing.T) {
	t.Parallel()
	stream, err := NewStreamID("channel", userAddress)
	require.NoError(t, err)
	block := common.HexToHash("0x01ff")
	key := sha256.Sum256(append([]byte("secret"), stream[:]...))
	parts := append([]byte("RVR_HSK:"), stream[:]...)
	parts = append(parts, key[:]...)
	parts = binary.BigEndian.AppendUint64(parts, 258)
	parts = append(parts, block[:]...)
	require.Equal(t, sha256.Sum256(parts), newSession(t, "secret", "channel", 258, block).ID)
}

func TestUsername(t *testing.T) {
	t.Parallel()
	session := newSession(t, "s", "space", 0, common.Hash{})
	one, err := session.EncryptUsername("Ada")
	require.NoError(t, err)
	two, err := session.EncryptUsername("aDA")
	require.NoError(t, err)
	require.Len(t, read(t, one).Checksum, 64)
	require.Equal(t, read(t, one).Checksum, read(t, two).Checksum)
	require.NotEqual(t, read(t, one).CiphertextBytes, read(t, two).CiphertextBytes)
	name, err := session.DecryptUsername(one)
	require.NoError(t, err)
	require.Equal(t, "Ada", name)
}

func TestSessionsAreApart(t *testing.T) {
	t.Parallel()
	encrypted, err := newSession(t, "s", "channel", 0, common.Hash{}).EncryptMessage([]byte(`{"reaction": {}}`))
	require.NoError(t, err)
	for _, other := range []*Session{
		newSession(t, "t", "channel", 0, common.Hash{}), newSession(t, "s", "space", 0, common.Hash{}),
		newSession(t, "s", "channel", 1, common.Hash{}), newSession(t, "s", "channel", 0, common.Hash{1}),
	} {
		_, err := other.DecryptMessage(encrypted)
		require.EqualError(t, err, "encrypted data: it is of another session")
	}
}

func TestSessionRefuses(t *testing.T) {
	t.Parallel()
	session := newSession(t, "s", "channel", 0, common.Hash{})
	good, err := session.EncryptMessage([]byte(`{"reaction": {"reaction": "x"}}`))
	require.NoError(t, err)
	with := func(name string, value any) []byte {
		var data map[string]any
		require.NoError(t, json.Unmarshal(good, &data))
		data[name] = value
		text, err := json.Marshal(data)
		require.NoError(t, err)
		return text
	}
	for want, text := range map[string][]byte{
		"its algorithm is not grpaes":                           with("algorithm", "r.group-encryption.v1"),
		"it is of another session":                              with("sessionIdBytes", "AQ=="),
		"its iv has not 12 bytes":                               with("ivBytes", "AQ=="),
		"it was changed":                                        with("ciphertextBytes", "AQ=="),
		`EncryptedData: unknown field "body"`:                   with("body", 1),
		"EncryptedData: invalid value for bytes field ivBytes:": with("ivBytes", 1),
	} {
		_, err := session.DecryptMessage(text)
		require.ErrorContains(t, err, want)
	}
	for text, want := range map[string]string{
		`{}`:               "message: want a post, reaction, edit or redaction",
		`{"posts": {}}`:    `ChannelMessage: unknown field "posts"`,
		`{"post": "text"}`: "ChannelMessage: unexpected token \"text\"",
	} {
		_, err := session.EncryptMessage([]byte(text))
		require.ErrorContains(t, err, want)
	}
	_, err = NewSession("", StreamID{}, "", 0, common.Hash{})
	require.EqualError(t, err, "secret: must not be empty")
}
