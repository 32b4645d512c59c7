package river

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrush/onrush/extension/internal/account"
)

// saltBytes is how much randomness keeps two equal events apart.
const saltBytes = 16

// Delegate is a device's key with its user's permission to sign events. It is immutable and safe for concurrent use.
type Delegate struct {
	User common.Address
	// Expiry is when the permission ends, in milliseconds of Unix time; 0 for never.
	Expiry     int64
	key        *account.Account
	permission []byte
}

// NewDelegate has user permit key to sign in its name until expiry. A past expiry is allowed: nodes must refuse what
// such a delegate signs.
func NewDelegate(user, key *account.Account, expiry int64) (*Delegate, error) {
	permission, err := user.SignText(delegation(key.PublicKey(), expiry))
	if err != nil {
		return nil, err
	}
	return &Delegate{User: user.Address, Expiry: expiry, key: key, permission: permission}, nil
}

// Key is the address of the key that signs.
func (d *Delegate) Key() common.Address { return d.key.Address }

// delegation is what a user signs to permit the key with that public key.
func delegation(public []byte, expiry int64) []byte {
	return binary.LittleEndian.AppendUint64(append([]byte("RIVERSIG"), public...), uint64(expiry))
}

// Event makes an event and signs it. fields is the JSON of a StreamEvent with its payload and, but for a stream's first
// event, the miniblock it builds on. What only the delegate knows is filled in; a salt and a time of creation too
// unless given.
func (d *Delegate) Event(fields []byte, now time.Time) (*Envelope, error) {
	event, err := streamEvent.fromJSON(fields)
	if err != nil {
		return nil, err
	}
	if err := d.complete(event, now); err != nil {
		return nil, err
	}
	raw, err := toWire(event)
	if err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	hash := Hash(raw)
	signature, err := d.key.Sign(hash[:])
	if err != nil {
		return nil, err
	}
	return &Envelope{Hash: hash[:], Signature: signature, Event: raw}, nil
}

func (d *Delegate) complete(event *dynamicpb.Message, now time.Time) error {
	if event.WhichOneof(streamEvent.Oneofs().ByName("payload")) == nil {
		return errors.New("event: want a payload, such as channelPayload")
	}
	for name, value := range map[protoreflect.Name]any{
		"creator_address": d.User.Bytes(), "delegate_sig": d.permission, "delegate_expiry_epoch_ms": d.Expiry,
	} {
		field := streamEvent.field(name)
		if event.Has(field) {
			return fmt.Errorf("event: %s is the delegate's own, leave it out", field.JSONName())
		}
		event.Set(field, protoreflect.ValueOf(value))
	}
	if salt := streamEvent.field("salt"); !event.Has(salt) {
		fresh := make([]byte, saltBytes)
		_, _ = rand.Read(fresh) // never fails: see crypto/rand
		event.Set(salt, protoreflect.ValueOfBytes(fresh))
	}
	if created := streamEvent.field("created_at_epoch_ms"); !event.Has(created) {
		event.Set(created, protoreflect.ValueOfInt64(now.UnixMilli()))
	}
	return nil
}
