package hd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/btcsuite/btcd/btcutil/hdkeychain"
	"github.com/btcsuite/btcd/chaincfg"
	"github.com/tyler-smith/go-bip39"

	"github.com/onrush/onrush/extension/internal/account"
)

// maxParents bounds the cache of parent keys; a wallet in use has a handful.
const maxParents = 1024

// Wallet derives the accounts of one phrase. The seed (2,048 rounds of PBKDF2) is made once and parents are kept, so
// that an account costs one step of BIP-32. Safe for concurrent use.
type Wallet struct {
	master *hdkeychain.ExtendedKey

	mu      sync.RWMutex
	parents map[string]*hdkeychain.ExtendedKey
}

// Open makes the wallet of a phrase, after checking it.
func Open(phrase string) (*Wallet, error) {
	normal, err := Normalize(phrase)
	if err != nil {
		return nil, err
	}
	// The network only matters for serialised keys, which nothing here makes.
	master, err := hdkeychain.NewMaster(bip39.NewSeed(normal, ""), &chaincfg.MainNetParams)
	if err != nil {
		return nil, errors.New("the mnemonic gives no usable master key")
	}
	return &Wallet{master: master, parents: map[string]*hdkeychain.ExtendedKey{}}, nil
}

// Account derives the account at path.
func (w *Wallet) Account(path Path) (*account.Account, error) {
	if len(path) == 0 {
		return nil, errors.New("a derivation path needs a step")
	}
	parent, err := w.parent(path[:len(path)-1])
	if err != nil {
		return nil, err
	}
	child, err := parent.Derive(path[len(path)-1])
	if err != nil {
		return nil, fmt.Errorf("deriving step %d: %w", len(path), err)
	}
	key, err := child.ECPrivKey()
	if err != nil {
		return nil, errors.New("the derived key is not usable")
	}
	return account.FromBytes(key.Serialize())
}

func (w *Wallet) parent(path Path) (*hdkeychain.ExtendedKey, error) {
	name := cacheName(path)
	w.mu.RLock()
	known := w.parents[name]
	w.mu.RUnlock()
	if known != nil {
		return known, nil
	}

	w.mu.Lock()
	defer w.mu.Unlock()
	key := w.master
	for i, step := range path {
		child, err := key.Derive(step)
		if err != nil {
			return nil, fmt.Errorf("deriving step %d: %w", i+1, err)
		}
		key = child
	}
	// ExtendedKey computes its public key on first use and keeps it, without a lock: make it do so before others see the
	// key.
	if _, err := key.ECPubKey(); err != nil {
		return nil, errors.New("the derived key is not usable")
	}
	if _, err := key.Derive(0); err != nil && !errors.Is(err, hdkeychain.ErrInvalidChild) {
		return nil, err
	}
	if len(w.parents) >= maxParents {
		clear(w.parents)
	}
	w.parents[name] = key
	return key, nil
}

func cacheName(path Path) string {
	name := make([]byte, 0, 4*len(path))
	for _, step := range path {
		name = binary.BigEndian.AppendUint32(name, step)
	}
	return string(name)
}
