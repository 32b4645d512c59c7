package river

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/onrush/onrush/extension/internal/account"
)

// Envelope is a signed event as nodes pass it on.
type Envelope struct {
	Hash      []byte
	Signature []byte
	// Event is the StreamEvent's bytes. They are what was signed: encoding the event again may give others.
	Event []byte
}

// Event is what a verified envelope holds. All users of a process may share one: it does not change.
type Event struct {
	ID      common.Hash
	Creator common.Address
	content *dynamicpb.Message
	message atomic.Pointer[decrypted]
}

// JSON gives the StreamEvent in the shape of k6/net/grpc's messages.
func (e *Event) JSON() ([]byte, error) { return toJSON(e.content) }

// Payload is the name of what it holds, such as channelPayload; empty for what is none of river-types.proto's.
func (e *Event) Payload() string {
	field := e.content.WhichOneof(payloads)
	if field == nil {
		return ""
	}
	return field.JSONName()
}

// CreatedAt is the time that its creator gives it, in milliseconds of Unix time.
func (e *Event) CreatedAt() int64 {
	return e.content.Get(streamEvent.field("created_at_epoch_ms")).Int()
}

// Includes tells whether it is the header of a miniblock that the event of that hash is in.
func (e *Event) Includes(hash []byte) bool {
	_, hashes := e.miniblock()
	for i := range hashes.Len() {
		if bytes.Equal(hashes.Get(i).Bytes(), hash) {
			return true
		}
	}
	return false
}

// miniblock is the number of the miniblock whose header the event is, and the hashes of its events; 0 and none for any
// other event.
func (e *Event) miniblock() (int64, protoreflect.List) {
	header := e.content.Get(streamEvent.field("miniblock_header")).Message()
	return header.Get(miniblockHeader.field("miniblock_num")).
			Int(),
		header.Get(miniblockHeader.field("event_hashes")).
			List()
}

// Recall gives an event that was opened lately, by its hash and signature; nil when it is not kept.
func (v *Verifier) Recall(hash, signature []byte) *Event {
	if len(hash) != common.HashLength || len(signature) != crypto.SignatureLength {
		return nil
	}
	event, _ := v.recall(proof{common.Hash(hash), [crypto.SignatureLength]byte(signature)})
	return event
}

// Open reads the event of envelope and proves it: the hash is that of its bytes, and its creator signed it, by its own
// key or by one that it had permitted when the event was made. The error says which of these does not hold. When it was
// made is the creator's word: nodes, which compare a permission's end with their clock, are the ones to refuse a lie
// about it.
func (v *Verifier) Open(envelope *Envelope) (*Event, error) {
	id := Hash(envelope.Event)
	if !bytes.Equal(id[:], envelope.Hash) {
		return nil, errors.New("event: its hash is not that of its bytes")
	}
	event, err := v.open(envelope, id)
	if err != nil {
		return nil, fmt.Errorf("event %x: %w", id, err)
	}
	return event, nil
}

func (v *Verifier) open(envelope *Envelope, id common.Hash) (*Event, error) {
	if len(envelope.Signature) != crypto.SignatureLength {
		return nil, fmt.Errorf("its signature has %d bytes instead of %d", len(envelope.Signature), crypto.SignatureLength)
	}
	proof := proof{id, [crypto.SignatureLength]byte(envelope.Signature)}
	known, proven := v.recall(proof)
	if known != nil {
		return known, nil
	}
	content, err := streamEvent.fromWire(envelope.Event)
	if err != nil {
		return nil, err
	}
	creator := content.Get(streamEvent.field("creator_address")).Bytes()
	if len(creator) != common.AddressLength {
		return nil, fmt.Errorf("its creator's address has %d bytes instead of %d", len(creator), common.AddressLength)
	}
	expiry := content.Get(streamEvent.field("delegate_expiry_epoch_ms")).Int()
	if expiry != 0 && content.Get(streamEvent.field("created_at_epoch_ms")).Int() > expiry {
		return nil, fmt.Errorf(
			"the permission of the key that signed it had ended at %s",
			time.UnixMilli(expiry).UTC().Format(time.RFC3339),
		)
	}
	opened := &Event{ID: id, Creator: common.BytesToAddress(creator), content: content}
	if !proven {
		if err := signedBy(opened, envelope.Signature, expiry); err != nil {
			return nil, err
		}
	}
	v.remember(proof, opened)
	return opened, nil
}

// signedBy checks the way from the signature to the creator.
func signedBy(event *Event, signature []byte, expiry int64) error {
	public, err := account.RecoverKey(event.ID[:], signature)
	if err != nil {
		return err
	}
	permission := event.content.Get(streamEvent.field("delegate_sig")).Bytes()
	if len(permission) == 0 {
		if signer := account.AddressOf(public); signer != event.Creator {
			return fmt.Errorf("it was signed by %s, not by its creator %s", signer, event.Creator)
		}
		return nil
	}
	user, err := account.Recover(accounts.TextHash(delegation(public, expiry)), permission)
	if err != nil {
		return fmt.Errorf("the permission of the key that signed it: %w", err)
	}
	if user != event.Creator {
		return fmt.Errorf(
			"its creator %s has not permitted the key that signed it (%s)",
			event.Creator,
			account.AddressOf(public),
		)
	}
	return nil
}

// Hash gives the hash of an event's bytes, which is its id: their length and marks around them keep it apart from every
// other kind of hash.
func Hash(event []byte) common.Hash {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(event)))
	return crypto.Keccak256Hash([]byte("CSBLANCA"), length, []byte("ABCDEFG>"), event, []byte("<GFEDCBA"))
}
