package hd

import (
	"fmt"
	"sync"

	"github.com/onrush/onrush/extension/internal/smallfile"
)

// maxWallets bounds the cache; a test has one or two.
const maxWallets = 64

// Cache keeps the wallets of a process by phrase, since every VU opens the same ones. Safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	phrases map[string]*Wallet
	files   map[string]*Wallet
}

// NewCache makes an empty cache.
func NewCache() *Cache {
	return &Cache{phrases: map[string]*Wallet{}, files: map[string]*Wallet{}}
}

// Phrase gives the wallet of a phrase.
func (c *Cache) Phrase(phrase string) (*Wallet, error) {
	return c.open(c.phrases, phrase, func() (string, error) { return phrase, nil })
}

// File gives the wallet of the phrase in a file, which is read once a process.
func (c *Cache) File(path string) (*Wallet, error) {
	return c.open(c.files, path, func() (string, error) {
		text, err := smallfile.Read(path)
		if err != nil {
			return "", fmt.Errorf("mnemonic: %w", err)
		}
		return text, nil
	})
}

func (c *Cache) open(known map[string]*Wallet, name string, phrase func() (string, error)) (*Wallet, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if wallet := known[name]; wallet != nil {
		return wallet, nil
	}
	text, err := phrase()
	if err != nil {
		return nil, err
	}
	wallet, err := Open(text)
	if err != nil {
		return nil, err
	}
	if len(known) >= maxWallets {
		clear(known)
	}
	known[name] = wallet
	return wallet, nil
}
