package river

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStreamIDs(t *testing.T) {
	t.Parallel()
	digits := strings.ToLower(userAddress.Hex()[2:])
	for kind, first := range map[string]string{
		"space": "10", "channel": "20", "user": "a8",
		"inbox": "a1", "metadata": "ad", "settings": "a5",
	} {
		id, err := NewStreamID(kind, userAddress)
		require.NoError(t, err)
		require.Equal(t, first+digits+strings.Repeat("0", 22), id.String())
		for _, text := range []string{id.String(), "0x" + id.String()} {
			parsed, err := ParseStreamID(text)
			require.NoError(t, err)
			require.Equal(t, id, parsed)
			require.Equal(t, kind, parsed.Kind())
			require.Equal(t, userAddress, parsed.Address())
		}
	}
}

func TestFurtherChannels(t *testing.T) {
	t.Parallel()
	one, two := NewChannelID(userAddress), NewChannelID(userAddress)
	require.NotEqual(t, one, two)
	parsed, err := ParseStreamID(one.String())
	require.NoError(t, err)
	require.Equal(t, one, parsed)
	require.Equal(t, "channel", parsed.Kind())
	require.Equal(t, userAddress, parsed.Address())
}

func TestBadStreamIDs(t *testing.T) {
	t.Parallel()
	_, err := NewStreamID("town", userAddress)
	require.ErrorContains(t, err, "not a kind of stream: want space, channel")
	for text, want := range map[string]string{
		"":                             "want 64 hex digits",
		"0x":                           "want 64 hex digits",
		"10":                           "want 64 hex digits",
		strings.Repeat("g", 64):        "want 64 hex digits",
		"0x" + strings.Repeat("1", 62): "want 64 hex digits",
		strings.Repeat("0", 64):        "none begins with 00",
		"10" + strings.Repeat("1", 62): "that of a space ends in 22 zeros",
		"a8" + strings.Repeat("1", 62): "that of a user ends in 22 zeros",
	} {
		_, err := ParseStreamID(text)
		require.ErrorContains(t, err, want, text)
	}
}
