package encryption

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"slices"
	"strings"

	"github.com/btcsuite/btcd/btcec/v2"
)

// The layout of eccrypto: iv || ephemeral public key || ciphertext || mac.
const (
	ivSize       = aes.BlockSize
	pointSize    = 65
	macSize      = sha256.Size
	smallestSeal = ivSize + pointSize + aes.BlockSize + macSize
)

var (
	errPublicKey = errors.New("public key: want a secp256k1 point in hex, 33 bytes (02.., 03..) or 65 (04..)")
	errECIES     = errors.New("the ciphertext was changed or is for another key")
)

// eciesSeal encrypts data to a public key in hex.
func eciesSeal(publicKey string, data []byte) ([]byte, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(publicKey, "0x"))
	if err != nil || len(raw) != 33 && (len(raw) != pointSize || raw[0] != 4) {
		return nil, errPublicKey
	}
	recipient, err := btcec.ParsePubKey(raw)
	if err != nil {
		return nil, errPublicKey
	}
	ephemeral, err := btcec.NewPrivateKey()
	if err != nil {
		return nil, err
	}
	sealed := make([]byte, ivSize, smallestSeal+len(data))
	if _, err := rand.Read(sealed); err != nil {
		return nil, err
	}
	block, mac := eciesKeys(ephemeral, recipient)
	padding := aes.BlockSize - len(data)%aes.BlockSize
	padded := append(
		slices.Clip(data),
		bytes.Repeat([]byte{byte(padding)}, padding)...) // Clip: append must copy, data is the script's
	ciphertext := make([]byte, len(padded))
	cipher.NewCBCEncrypter(block, sealed[:ivSize]).CryptBlocks(ciphertext, padded)
	sealed = append(sealed, ephemeral.PubKey().SerializeUncompressed()...)
	sealed = append(sealed, ciphertext...)
	return append(sealed, tag(mac, sealed)...), nil
}

// eciesOpen is the reverse.
func eciesOpen(privateKey, ciphertext string) ([]byte, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(privateKey, "0x"))
	var scalar btcec.ModNScalar
	if err != nil || len(raw) != 32 || scalar.SetByteSlice(raw) || scalar.IsZero() {
		return nil, errors.New("private key: want 32 bytes in hex")
	}
	sealed, err := hex.DecodeString(strings.TrimPrefix(ciphertext, "0x"))
	if err != nil || len(sealed) < smallestSeal {
		return nil, errors.New("ciphertext: want hex of iv, ephemeral key, ciphertext and mac")
	}
	body, given := sealed[:len(sealed)-macSize], sealed[len(sealed)-macSize:]
	iv, point, encrypted := body[:ivSize], body[ivSize:ivSize+pointSize], body[ivSize+pointSize:]
	if len(encrypted)%aes.BlockSize != 0 || point[0] != 4 {
		return nil, errECIES
	}
	ephemeral, err := btcec.ParsePubKey(point)
	if err != nil {
		return nil, errECIES
	}
	key, _ := btcec.PrivKeyFromBytes(raw)
	block, mac := eciesKeys(key, ephemeral)
	if !hmac.Equal(tag(mac, body), given) {
		return nil, errECIES
	}
	data := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, encrypted)
	padding := int(data[len(data)-1])
	if padding < 1 || padding > aes.BlockSize ||
		!bytes.Equal(data[len(data)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, errECIES
	}
	return data[:len(data)-padding], nil
}

// eciesKeys derives both keys from the shared point's X coordinate, which is hashed but once, as eccrypto does.
func eciesKeys(private *btcec.PrivateKey, public *btcec.PublicKey) (encryption cipher.Block, mac []byte) {
	keys := sha512.Sum512(btcec.GenerateSharedSecret(private, public))
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	return block, keys[32:]
}

func tag(key, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return mac.Sum(nil)
}
