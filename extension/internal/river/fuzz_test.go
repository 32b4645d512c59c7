package river

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/dynamicpb"
)

func protojsonInto(made *dynamicpb.Message, text string) error {
	return protojson.Unmarshal([]byte(text), made)
}

// Whatever a node sends, opening it gives an event or an error; and an event has its JSON.
func FuzzOpen(f *testing.F) {
	good := newEnvelope(f, channelMessage)
	f.Add(good.Hash, good.Signature, good.Event)
	f.Add([]byte{}, []byte{}, []byte{})
	f.Add(good.Hash, make([]byte, 65), good.Event[:20])
	f.Fuzz(func(t *testing.T, hash, signature, raw []byte) {
		own := Hash(raw)
		for _, envelope := range []*Envelope{{hash, signature, raw}, {own[:], signature, raw}, sign(t, deviceKey, raw)} {
			if event, err := new(Verifier).Open(envelope); err == nil {
				if _, err := event.JSON(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

// Whatever a script gives for an event, making one gives an envelope that can be opened, or an error.
func FuzzEvent(f *testing.F) {
	// Whatever the time of creation, it may.
	delegate, err := NewDelegate(accountOf(f, userKey), accountOf(f, deviceKey), 0)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(channelMessage)
	f.Add(`{"miniblockHeader": {"timestamp": "2024-01-01T00:00:00Z", "eventHashes": ["AQ=="]}}`)
	f.Add(`{`)
	f.Fuzz(func(t *testing.T, fields string) {
		envelope, err := delegate.Event([]byte(fields), now)
		if err != nil {
			return
		}
		if _, err := new(Verifier).Open(envelope); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzDecrypt(f *testing.F) {
	session := newSession(f, "s", "channel", 0, common.Hash{})
	good, err := session.EncryptMessage([]byte(`{"reaction": {}}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add(`{"ivBytes": ""}`)
	f.Fuzz(func(t *testing.T, text string) {
		if decrypted, err := session.DecryptMessage([]byte(text)); err == nil && len(decrypted) == 0 {
			t.Fatal("neither a message nor an error")
		}
	})
}
