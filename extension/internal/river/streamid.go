package river

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
)

// StreamID names a stream: one byte for its kind, the address of its space or user, and 11 bytes that only a space's
// further channels use.
type StreamID [32]byte

// suffix is where the address ends.
const suffix = 1 + common.AddressLength

// kinds are those of proto/river-types.proto.
var kinds = map[string]byte{
	"space":    0x10,
	"channel":  0x20,
	"user":     0xa8,
	"inbox":    0xa1,
	"metadata": 0xad,
	"settings": 0xa5,
}

// NewStreamID gives the stream of that kind that an address has; of the channels it is the space's default one.
func NewStreamID(kind string, address common.Address) (StreamID, error) {
	var id StreamID
	first, known := kinds[kind]
	if !known {
		return id, errors.New("not a kind of stream: want space, channel, user, inbox, metadata or settings")
	}
	id[0] = first
	copy(id[1:], address[:])
	return id, nil
}

// NewChannelID gives a further channel of a space a random id.
func NewChannelID(space common.Address) StreamID {
	id := StreamID{0: kinds["channel"]}
	copy(id[1:], space[:])
	_, _ = rand.Read(id[suffix:]) // never fails: see crypto/rand
	return id
}

// ParseStreamID reads 64 hex digits, with or without 0x.
func ParseStreamID(text string) (StreamID, error) {
	var id StreamID
	if len(text) == 2+2*len(id) && text[:2] == "0x" {
		text = text[2:]
	}
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(id) {
		return id, errors.New("not the id of a stream: want 64 hex digits")
	}
	copy(id[:], raw)
	if id.Kind() == "" {
		return id, fmt.Errorf("not the id of a stream: none begins with %02x", id[0])
	}
	if id.Kind() != "channel" && slices.Max(id[suffix:]) != 0 {
		return id, fmt.Errorf("not the id of a stream: that of a %s ends in 22 zeros", id.Kind())
	}
	return id, nil
}

// Kind names what the stream is; empty for a kind that this package does not know.
func (id StreamID) Kind() string {
	for name, first := range kinds {
		if first == id[0] {
			return name
		}
	}
	return ""
}

// Address is that of the space or user.
func (id StreamID) Address() common.Address { return common.BytesToAddress(id[1:suffix]) }

// String gives 64 hex digits without 0x, as settings and other users' programs name streams.
func (id StreamID) String() string { return hex.EncodeToString(id[:]) }
