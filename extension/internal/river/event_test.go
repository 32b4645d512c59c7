package river

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"testing"
	"testing/quick"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// The vector was made by upstream's own packages (npm @towns-protocol/utils and /proto, 0.0.455).
func TestVector(t *testing.T) {
	t.Parallel()
	stream, err := NewStreamID("user", userAddress)
	require.NoError(t, err)
	salt := make([]byte, 16)
	for i := range salt {
		salt[i] = 1
	}
	delegate := newDelegate(t)
	require.Equal(t, "5885e884b89ce0b9668e4ca128aaaf74633ce7d242754665e0ae8fa1a8dcfc1b"+
		"5271645483836bfa4cbd4eac5cf75c2557461b3171a2e9176f5527d647c252de1c", hex.EncodeToString(delegate.permission))

	envelope, err := delegate.Event(
		[]byte(`{"salt": "`+base64Of(salt)+`", "userPayload": {"inception": {"streamId": "`+base64Of(stream[:])+`"}}}`),
		now,
	)
	require.NoError(t, err)
	require.Len(t, envelope.Event, 160)
	require.Equal(t, "f655285119f15bf0dd37a4e963caa83c04a61816ea21ef67a1d9797214822136", hex.EncodeToString(envelope.Hash))
	require.Equal(t, "f857e1f086d9b4454012ae1dc4c44267d780f35ec697e214fe0cc587a4442b50"+
		"7534aea6dc6018e0c2acd66011e133ed826166c0c48bd9d8e7def80da840b7dd01", hex.EncodeToString(envelope.Signature))

	event, err := new(Verifier).Open(envelope)
	require.NoError(t, err)
	require.Equal(t, userAddress, event.Creator)
}

func TestWhatIsSignedIsWhatIsRead(t *testing.T) {
	t.Parallel()
	hash := base64Of(make([]byte, 32))
	envelope := newEnvelope(t, `{"prevMiniblockHash": "`+hash+`", "prevMiniblockNum": 0, "createdAtEpochMs": 5,
		"channelPayload": {"message": {"refEventId": "ab"}}, "tags": {"messageInteractionType": "MESSAGE_INTERACTION_TYPE_REACTION"}}`)
	event, err := new(Verifier).Open(envelope)
	require.NoError(t, err)
	text, err := event.JSON()
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, base64Of(userAddress[:]), read["creatorAddress"])
	require.Equal(t, strconv.Itoa(expiry), read["delegateExpiryEpochMs"])
	require.Equal(t, "5", read["createdAtEpochMs"])
	require.Equal(t, "0", read["prevMiniblockNum"], "0 is a miniblock too and must not be lost")
	require.Equal(t, hash, read["prevMiniblockHash"])
	require.Equal(t, "ab", read["channelPayload"].(map[string]any)["message"].(map[string]any)["refEventId"])
	require.Equal(t, "MESSAGE_INTERACTION_TYPE_REACTION", read["tags"].(map[string]any)["messageInteractionType"])
}

func TestEventsDiffer(t *testing.T) {
	t.Parallel()
	one, two := newEnvelope(t, channelMessage), newEnvelope(t, channelMessage)
	require.NotEqual(t, one.Hash, two.Hash, "equal contents at the same time are two events")
}

func TestBadFields(t *testing.T) {
	t.Parallel()
	delegate := newDelegate(t)
	for fields, want := range map[string]string{
		`{}`:                       "want a payload, such as channelPayload",
		`{"channelPayloads": {}}`:  `StreamEvent: unknown field "channelPayloads"`,
		`{"channelPayload": null}`: "want a payload",
		`{"channelPayload": {"message": {"ciphertextBytes": "?"}}}`: "StreamEvent: invalid value for bytes field ciphertextBytes",
		`{"channelPayload": {}, "userPayload": {}}`:                 "StreamEvent: error parsing \"userPayload\", oneof river.StreamEvent.payload is already set",
		`{"channelPayload": {}, "creatorAddress": "AQ=="}`:          "creatorAddress is the delegate's own, leave it out",
		`{"channelPayload": {}, "delegateSig": "AQ=="}`:             "delegateSig is the delegate's own, leave it out",
		`{"channelPayload": {}, "delegateExpiryEpochMs": 1}`:        "delegateExpiryEpochMs is the delegate's own, leave it out",
		`[`: "StreamEvent: unexpected token [",
		``:  "StreamEvent: unexpected token",
	} {
		_, err := delegate.Event([]byte(fields), now)
		require.ErrorContains(t, err, want, fields)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	good := newEnvelope(t, channelMessage)
	with := func(change func(*dynamicpb.Message)) []byte {
		event, err := streamEvent.fromWire(good.Event)
		require.NoError(t, err)
		change(event)
		raw, err := toWire(event)
		require.NoError(t, err)
		return raw
	}
	set := func(name protoreflect.Name, value any) []byte {
		return with(func(event *dynamicpb.Message) { event.Set(streamEvent.field(name), protoreflect.ValueOf(value)) })
	}
	for name, one := range map[string]struct {
		envelope *Envelope
		want     string
	}{
		"another hash":        {&Envelope{make([]byte, 32), good.Signature, good.Event}, "its hash is not that of its bytes"},
		"no hash":             {&Envelope{nil, good.Signature, good.Event}, "its hash is not that of its bytes"},
		"changed bytes":       {&Envelope{good.Hash, good.Signature, append([]byte{}, good.Event[1:]...)}, "its hash is not that of its bytes"},
		"no signature":        {&Envelope{good.Hash, nil, good.Event}, "its signature has 0 bytes instead of 65"},
		"a zero signature":    {&Envelope{good.Hash, make([]byte, 65), good.Event}, "the signature is not valid"},
		"another key":         {sign(t, otherKey, good.Event), "has not permitted the key that signed it (0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC)"},
		"the user's own key":  {sign(t, userKey, good.Event), "has not permitted the key"},
		"an expired key":      {sign(t, deviceKey, set("created_at_epoch_ms", int64(expiry+1))), "the permission of the key that signed it had ended at 2027-01-15T08:00:00Z"},
		"a longer permission": {sign(t, deviceKey, set("delegate_expiry_epoch_ms", int64(expiry+1))), "has not permitted the key"},
		"an endless one":      {sign(t, deviceKey, set("delegate_expiry_epoch_ms", int64(0))), "has not permitted the key"},
		"a broken one":        {sign(t, deviceKey, set("delegate_sig", []byte{1})), "the permission of the key that signed it: a signature has 65 bytes, not 1"},
		"none":                {sign(t, deviceKey, set("delegate_sig", []byte{})), "it was signed by 0x70997970C51812dc3A010C7d01b50e0d17dc79C8, not by its creator"},
		"another creator":     {sign(t, deviceKey, set("creator_address", make([]byte, 20))), "0x0000000000000000000000000000000000000000 has not permitted the key"},
		"a short creator":     {sign(t, deviceKey, set("creator_address", []byte{1})), "its creator's address has 1 bytes instead of 20"},
		"no event":            {sign(t, deviceKey, []byte("no event")), "its bytes are no StreamEvent"},
		"an empty one":        {sign(t, deviceKey, nil), "its creator's address has 0 bytes instead of 20"},
	} {
		verifier := &Verifier{}
		_, err := verifier.Open(good)
		require.NoError(t, err)
		for range 2 { // the second time it is known to the verifier, if anything is
			_, err := verifier.Open(one.envelope)
			require.ErrorContains(t, err, one.want, name)
		}
	}
}

func TestOwnKeysNeedNoPermission(t *testing.T) {
	t.Parallel()
	header := streamEvent.new()
	require.NoError(
		t,
		protojsonInto(
			header,
			`{"creatorAddress": "`+base64Of(userAddress[:])+`", "miniblockHeader": {"miniblockNum": "1", "none": {}}}`,
		),
	)
	raw, err := toWire(header)
	require.NoError(t, err)
	event, err := new(Verifier).Open(sign(t, userKey, raw))
	require.NoError(t, err)
	require.Equal(t, userAddress, event.Creator)
}

func TestEndlessPermission(t *testing.T) {
	t.Parallel()
	delegate, err := NewDelegate(accountOf(t, userKey), accountOf(t, deviceKey), 0)
	require.NoError(t, err)
	envelope, err := delegate.Event([]byte(channelMessage), later)
	require.NoError(t, err)
	_, err = new(Verifier).Open(envelope)
	require.NoError(t, err)
}

func TestVerifierForgetsTheOldest(t *testing.T) {
	t.Parallel()
	verifier := &Verifier{}
	first, event := proof{hash: common.Hash{1}}, &Event{}
	verifier.remember(first, event)
	fill := func(from, count int) {
		for i := from; i < from+count; i++ {
			verifier.remember(proof{hash: common.BytesToHash(strconv.AppendInt(nil, int64(i), 10))}, &Event{})
		}
	}
	known, _ := verifier.recall(first)
	require.Same(t, event, known, "what was read is not read again")
	fill(0, 2*maxOpened)
	known, proven := verifier.recall(first)
	require.Nil(t, known)
	require.True(t, proven, "a proof is remembered longer than what it is of")
	fill(2*maxOpened, 2*maxProofs)
	_, proven = verifier.recall(first)
	require.False(t, proven)
	require.LessOrEqual(t, len(verifier.proven.recent)+len(verifier.proven.older), 2*maxProofs)
	require.LessOrEqual(t, len(verifier.opened.recent)+len(verifier.opened.older), 2*maxOpened)
}

func TestWhatEventsSay(t *testing.T) {
	t.Parallel()
	open := func(envelope *Envelope) *Event {
		event, err := new(Verifier).Open(envelope)
		require.NoError(t, err)
		return event
	}
	message := open(newEnvelope(t, `{"createdAtEpochMs": 5, "channelPayload": {"message": {"refEventId": "ab"}}}`))
	require.Equal(t, "channelPayload", message.Payload())
	require.EqualValues(t, 5, message.CreatedAt())
	require.False(t, message.Includes(make([]byte, 32)))

	one, two := base64Of(bytes.Repeat([]byte{1}, 32)), base64Of(bytes.Repeat([]byte{2}, 32))
	header := open(
		newEnvelope(t, `{"miniblockHeader": {"miniblockNum": "7", "eventHashes": ["`+one+`", "`+two+`"], "none": {}}}`),
	)
	require.Equal(t, "miniblockHeader", header.Payload())
	require.True(t, header.Includes(bytes.Repeat([]byte{2}, 32)))
	require.False(t, header.Includes(bytes.Repeat([]byte{3}, 32)))
	require.False(t, header.Includes(bytes.Repeat([]byte{2}, 31)))

	unknown := streamEvent.new() // such as a payload of a later protocol
	unknown.Set(streamEvent.field("creator_address"), protoreflect.ValueOfBytes(userAddress[:]))
	raw, err := toWire(unknown)
	require.NoError(t, err)
	require.Empty(t, open(sign(t, userKey, raw)).Payload())
}

func TestNoBitCanChange(t *testing.T) {
	t.Parallel()
	verifier := &Verifier{}
	good := newEnvelope(t, channelMessage)
	_, err := verifier.Open(good)
	require.NoError(t, err)
	require.NoError(t, quick.Check(func(at uint16, bit uint8) bool {
		copied := Envelope{
			append([]byte{}, good.Hash...),
			append([]byte{}, good.Signature...),
			append([]byte{}, good.Event...),
		}
		parts := [][]byte{copied.Hash, copied.Signature, copied.Event}
		part := parts[int(at)%3]
		part[int(at/3)%len(part)] ^= 1 << (bit % 8)
		_, err := verifier.Open(&copied)
		return err != nil
	}, &quick.Config{MaxCount: 2000}))
}
