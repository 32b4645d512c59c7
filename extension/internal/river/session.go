package river

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// algorithm is Towns' name of AES-256-GCM with a key per session.
const algorithm = "grpaes"

// Session encrypts and decrypts the messages of one stream. It is immutable and safe for concurrent use.
type Session struct {
	// ID names the session in every message of it.
	ID     [sha256.Size]byte
	stream StreamID
	sender string
	cipher cipher.AEAD
}

// NewSession makes the session that all who know secret share, of the stream and from the given miniblock on. The key
// is SHA-256 of secret and stream: real clients draw a random one and hand it to each member's devices instead. sender
// is the sender_key of the messages made here.
func NewSession(
	secret string,
	stream StreamID,
	sender string,
	miniblockNum int64,
	miniblockHash common.Hash,
) (*Session, error) {
	if secret == "" {
		return nil, errors.New("secret: must not be empty")
	}
	key := sha256.Sum256(append([]byte(secret), stream[:]...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	id := sha256.New()
	id.Write([]byte("RVR_HSK:"))
	id.Write(stream[:])
	id.Write(key[:])
	id.Write(binary.BigEndian.AppendUint64(nil, uint64(miniblockNum)))
	id.Write(miniblockHash[:])
	return &Session{ID: [sha256.Size]byte(id.Sum(nil)), stream: stream, sender: sender, cipher: gcm}, nil
}

// EncryptMessage encrypts a ChannelMessage, given in JSON, to the JSON of an EncryptedData. What the message answers
// to, changes or belongs to stays readable in it, as nodes need to know it.
func (s *Session) EncryptMessage(text []byte) ([]byte, error) {
	cleartext, err := message.fromJSON(text)
	if err != nil {
		return nil, err
	}
	payload := cleartext.WhichOneof(message.Oneofs().ByName("payload"))
	if payload == nil {
		return nil, errors.New("message: want a post, reaction, edit or redaction")
	}
	raw, err := toWire(cleartext)
	if err != nil {
		return nil, err
	}
	sealed := s.seal(raw)
	if reference := referenceOf(cleartext.Get(payload).Message()); reference != "" {
		set(sealed, "ref_event_id", protoreflect.ValueOfString(reference))
	}
	return toJSON(sealed)
}

// referenceOf gives the id of the event that a payload of a message is about: the first of its thread for a post, if
// any.
func referenceOf(payload protoreflect.Message) string {
	for _, name := range []protoreflect.Name{"ref_event_id", "thread_id"} {
		if field := payload.Descriptor().Fields().ByName(name); field != nil {
			return payload.Get(field).String()
		}
	}
	return ""
}

// EncryptUsername encrypts a name for a MemberPayload, with the checksum by which nodes could tell that two are the
// same.
func (s *Session) EncryptUsername(name string) ([]byte, error) {
	sealed := s.seal([]byte(name))
	checksum := crypto.Keccak256([]byte(strings.ToLower(name) + ":" + s.stream.String()))
	set(sealed, "checksum", protoreflect.ValueOfString(hex.EncodeToString(checksum)))
	return toJSON(sealed)
}

func (s *Session) seal(cleartext []byte) *dynamicpb.Message {
	iv := make([]byte, s.cipher.NonceSize())
	_, _ = rand.Read(iv) // never fails: see crypto/rand
	sealed := encryptedData.new()
	for name, value := range map[protoreflect.Name]protoreflect.Value{
		"algorithm":        protoreflect.ValueOfString(algorithm),
		"sender_key":       protoreflect.ValueOfString(s.sender),
		"ciphertext_bytes": protoreflect.ValueOfBytes(s.cipher.Seal(nil, iv, cleartext, nil)),
		"iv_bytes":         protoreflect.ValueOfBytes(iv),
		"session_id_bytes": protoreflect.ValueOfBytes(s.ID[:]),
		"version":          protoreflect.ValueOfEnum(1),
	} {
		set(sealed, name, value)
	}
	return sealed
}

func set(sealed *dynamicpb.Message, name protoreflect.Name, value protoreflect.Value) {
	sealed.Set(encryptedData.field(name), value)
}

// DecryptMessage decrypts an EncryptedData, given in JSON, to the JSON of the ChannelMessage in it.
func (s *Session) DecryptMessage(text []byte) ([]byte, error) {
	sealed, err := encryptedData.fromJSON(text)
	if err != nil {
		return nil, err
	}
	return s.message(sealed)
}

// decrypted is the JSON of a message, and the session that it is of.
type decrypted struct {
	session [sha256.Size]byte
	text    []byte
}

// DecryptEvent gives the JSON of the ChannelMessage in an event; nil when there is none, or it is of another session.
func (s *Session) DecryptEvent(event *Event) ([]byte, error) {
	if known := event.message.Load(); known != nil && known.session == s.ID {
		return known.text, nil
	}
	payload := event.content.Get(streamEvent.field("channel_payload")).Message()
	field := payload.Descriptor().Fields().ByName("message")
	if !payload.Has(field) {
		return nil, nil
	}
	sealed := payload.Get(field).Message()
	if !bytes.Equal(sealed.Get(encryptedData.field("session_id_bytes")).Bytes(), s.ID[:]) {
		return nil, nil
	}
	text, err := s.message(sealed)
	if err != nil {
		return nil, err
	}
	event.message.Store(&decrypted{s.ID, text})
	return text, nil
}

func (s *Session) message(sealed protoreflect.Message) ([]byte, error) {
	cleartext, err := s.open(sealed)
	if err != nil {
		return nil, err
	}
	opened, err := message.fromWire(cleartext)
	if err != nil {
		return nil, err
	}
	return toJSON(opened)
}

// DecryptUsername decrypts what EncryptUsername made.
func (s *Session) DecryptUsername(text []byte) (string, error) {
	sealed, err := encryptedData.fromJSON(text)
	if err != nil {
		return "", err
	}
	cleartext, err := s.open(sealed)
	return string(cleartext), err
}

func (s *Session) open(sealed protoreflect.Message) ([]byte, error) {
	get := func(name protoreflect.Name) protoreflect.Value { return sealed.Get(encryptedData.field(name)) }
	if found := get("algorithm").String(); found != algorithm {
		return nil, errors.New("encrypted data: its algorithm is not " + algorithm)
	}
	if !bytes.Equal(get("session_id_bytes").Bytes(), s.ID[:]) {
		return nil, errors.New("encrypted data: it is of another session")
	}
	iv := get("iv_bytes").Bytes()
	if len(iv) != s.cipher.NonceSize() {
		return nil, errors.New("encrypted data: its iv has not 12 bytes")
	}
	cleartext, err := s.cipher.Open(nil, iv, get("ciphertext_bytes").Bytes(), nil)
	if err != nil {
		return nil, errors.New("encrypted data: it was changed")
	}
	return cleartext, nil
}
