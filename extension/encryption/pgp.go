package encryption

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/usage"
)

// The parameters of the SDK's messages, as RFC 4880 numbers them.
const (
	skeskVersion  = 4
	cipherAES256  = 9
	s2kIterated   = 3
	hashSHA256    = 8
	countByte     = 0xE0       // which stands for
	countBytes    = 16_777_216 // octets hashed
	saltSize      = 8
	keySize       = 32
	tagSKESK      = 3
	tagSEIPD      = 18
	maxPlaintext  = 256 << 20
	newFormatSKES = 0xC0 | tagSKESK
)

// errDecrypt says no more, on purpose: not which of the two it was.
var errDecrypt = errors.New("the password is wrong or the message was changed")

// session is a password with its hashing (S2K) done.
type session struct {
	salt  [saltSize]byte
	block cipher.Block // keyed with the hash
}

func newSession(password string) (*session, error) {
	if password == "" {
		return nil, errors.New("password: must not be empty")
	}
	s := &session{}
	if _, err := rand.Read(s.salt[:]); err != nil {
		return nil, err
	}
	var key []byte
	usage.MeasureKDF(func() { key = iterate(s.salt[:], password) })
	var err error
	s.block, err = aes.NewCipher(key)
	return s, err
}

// iterate is OpenPGP's iterated and salted S2K: SHA-256 over salt and password, repeated up to countBytes. It feeds the
// hash long runs, since a call a repetition costs as much as the hashing.
func iterate(salt []byte, password string) []byte {
	unit := append(bytes.Clone(salt), password...)
	run := bytes.Repeat(unit, 1+(16<<10)/len(unit))
	hash := sha256.New()
	for left := max(countBytes, len(unit)); left > 0; left -= len(run) {
		hash.Write(run[:min(left, len(run))])
	}
	return hash.Sum(nil)
}

// encrypt makes a message: the session key encrypted with the password's hash (SKESK), then the data with the session
// key (SEIPD).
func (s *session) encrypt(data []byte) ([]byte, error) {
	contents := make([]byte, 1+keySize)
	contents[0] = cipherAES256
	key := contents[1:]
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	key = bytes.Clone(key)
	mode := cipher.NewCFBEncrypter(s.block, make([]byte, aes.BlockSize)) //nolint:staticcheck // OpenPGP's mode
	mode.XORKeyStream(contents, contents)

	out := bytes.NewBuffer(make([]byte, 0, len(data)+256))
	skesk := append([]byte{skeskVersion, cipherAES256, s2kIterated, hashSHA256}, s.salt[:]...)
	skesk = append(append(skesk, countByte), contents...)
	out.Write(append([]byte{newFormatSKES, byte(len(skesk))}, skesk...))

	config := &packet.Config{DefaultCipher: packet.CipherAES256}
	sealed, err := packet.SerializeSymmetricallyEncrypted(
		out,
		packet.CipherAES256,
		false,
		packet.CipherSuite{},
		key,
		config,
	)
	if err != nil {
		return nil, err
	}
	literal, err := packet.SerializeLiteral(sealed, true, "", uint32(time.Now().Unix()))
	if err != nil {
		return nil, err
	}
	if _, err := literal.Write(data); err != nil {
		return nil, err
	}
	if err := literal.Close(); err != nil { // closes sealed as well
		return nil, err
	}
	return out.Bytes(), nil
}

// decryptMessage opens a message of the kind encrypt makes, whoever made it.
func decryptMessage(message []byte, password string) ([]byte, error) {
	if err := checkPackets(message); err != nil {
		return nil, err
	}
	asked := false
	prompt := func([]openpgp.Key, bool) ([]byte, error) {
		if asked { // it asks again as long as the password does not fit
			return nil, errDecrypt
		}
		asked = true
		return []byte(password), nil
	}
	details, err := openpgp.ReadMessage(bytes.NewReader(message), nil, prompt, &packet.Config{})
	if err != nil {
		return nil, errDecrypt
	}
	data, err := io.ReadAll(io.LimitReader(details.UnverifiedBody, maxPlaintext+1))
	if err != nil { // the check sum over everything is at the end
		return nil, errDecrypt
	}
	if len(data) > maxPlaintext {
		return nil, fmt.Errorf("the message holds more than %d bytes", maxPlaintext)
	}
	return data, nil
}

// checkPackets lets only messages of the expected structure through. A changed byte can ask for another way of hashing:
// Argon2 with terabytes of memory, which would end the process, not fail.
func checkPackets(message []byte) error {
	reader := packet.NewOpaqueReader(bytes.NewReader(message))
	for passwords := 0; ; passwords++ {
		next, err := reader.Next()
		if err != nil {
			return errors.New("not an OpenPGP message, or one that was cut off")
		}
		switch {
		case next.Tag == tagSKESK && len(next.Contents) > 2 && next.Contents[0] == skeskVersion &&
			next.Contents[2] <= s2kIterated && passwords < 16:
		case next.Tag == tagSEIPD && passwords > 0 && len(next.Contents) > 0 && next.Contents[0] == 1:
			return nil
		default:
			return errors.New("not an OpenPGP message encrypted with a password (AES with MDC)")
		}
	}
}

func newSessionClass(rt *sobek.Runtime) *js.Class[session] {
	return js.NewClass(rt, "PgpSession", func(call sobek.ConstructorCall) (*session, error) {
		password, err := js.Text(call.Argument(0), "password")
		if err != nil {
			return nil, err
		}
		return newSession(password)
	}).Method("encrypt", func(self *session, call sobek.FunctionCall) (sobek.Value, error) {
		data, err := js.Bytes(call.Argument(0), "data")
		if err != nil {
			return nil, err
		}
		message, err := self.encrypt(data)
		if err != nil {
			return nil, err
		}
		return js.Value(rt, message), nil
	})
}
