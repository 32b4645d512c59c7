// Package account holds keys so that nothing else needs to: an Account signs and shows its address, never its key.
package account

import (
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// errKey is deliberately free of the input.
var errKey = errors.New("not a private key: want 32 bytes in hex (0x...), within the curve's order")

// Account is an address and the key behind it. Printed or marshalled in any way it gives the address only. It is
// immutable and safe for concurrent use.
type Account struct {
	Address common.Address
	key     *ecdsa.PrivateKey
}

// Random makes an account of a new key.
func Random() (*Account, error) {
	key, err := crypto.GenerateKey()
	if err != nil {
		return nil, err
	}
	return New(key), nil
}

// New makes an account of a key.
func New(key *ecdsa.PrivateKey) *Account {
	return &Account{Address: crypto.PubkeyToAddress(key.PublicKey), key: key}
}

// FromHex makes an account of a private key in hex, with or without 0x. The error never contains the input.
func FromHex(privateKey string) (*Account, error) {
	raw, err := hex.DecodeString(strings.TrimPrefix(strings.TrimSpace(privateKey), "0x"))
	if err != nil {
		return nil, errKey
	}
	return FromBytes(raw)
}

// FromBytes makes an account of a private key's 32 bytes.
func FromBytes(raw []byte) (*Account, error) {
	key, err := crypto.ToECDSA(raw)
	if err != nil {
		return nil, errKey
	}
	return New(key), nil
}

// Sign signs a 32-byte digest: 65 bytes r, s, v with v 0 or 1.
func (a *Account) Sign(digest []byte) ([]byte, error) {
	return crypto.Sign(digest, a.key)
}

// SignText gives the EIP-191 (personal_sign) signature of message, with v 27 or 28.
func (a *Account) SignText(message []byte) ([]byte, error) {
	return a.SignDigest(accounts.TextHash(message))
}

// SignDigest is Sign with v 27 or 28, as wallets give signatures out.
func (a *Account) SignDigest(digest []byte) ([]byte, error) {
	signature, err := a.Sign(digest)
	if err != nil {
		return nil, err
	}
	signature[crypto.RecoveryIDOffset] += 27
	return signature, nil
}

// PublicKey gives the key that everybody may know: 65 bytes, uncompressed.
func (a *Account) PublicKey() []byte { return crypto.FromECDSAPub(&a.key.PublicKey) }

// Recover gives the address that signed digest; v may be 0, 1, 27 or 28.
func Recover(digest, signature []byte) (common.Address, error) {
	public, err := RecoverKey(digest, signature)
	if err != nil {
		return common.Address{}, err
	}
	return AddressOf(public), nil
}

// AddressOf gives the address of an uncompressed public key.
func AddressOf(public []byte) common.Address {
	return common.BytesToAddress(crypto.Keccak256(public[1:]))
}

// RecoverKey gives the public key (65 bytes, uncompressed) that signed digest; v may be 0, 1, 27 or 28.
func RecoverKey(digest, signature []byte) ([]byte, error) {
	if len(signature) != crypto.SignatureLength {
		return nil, fmt.Errorf("a signature has 65 bytes, not %d", len(signature))
	}
	normal := make([]byte, len(signature))
	copy(normal, signature)
	if normal[crypto.RecoveryIDOffset] >= 27 {
		normal[crypto.RecoveryIDOffset] -= 27
	}
	public, err := crypto.Ecrecover(digest, normal)
	if err != nil {
		return nil, fmt.Errorf("the signature is not valid: %w", err)
	}
	return public, nil
}

// String gives the checksummed address.
func (a *Account) String() string { return a.Address.Hex() }

// Format prints the address whatever the verb: %+v and %#v must not show the key.
func (a *Account) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, a.String()) }

// MarshalText gives the address, so that JSON and structured logs do too.
func (a *Account) MarshalText() ([]byte, error) { return []byte(a.String()), nil }
