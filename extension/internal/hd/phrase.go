// Package hd derives accounts from BIP-39 phrases (BIP-32 paths).
package hd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tyler-smith/go-bip39"
)

// errChecksum says all that can be said without showing the phrase.
var errChecksum = errors.New("the mnemonic's checksum is wrong: a word is mistyped or out of order")

// Normalize puts one space between words and checks their number, each word and the checksum. No error contains a word
// of the phrase.
func Normalize(phrase string) (string, error) {
	words := strings.Fields(strings.ToLower(phrase))
	switch len(words) {
	case 12, 15, 18, 21, 24:
	default:
		return "", fmt.Errorf("the mnemonic has %d words; want 12, 15, 18, 21 or 24", len(words))
	}
	for i, word := range words {
		if _, known := bip39.GetWordIndex(word); !known {
			return "", fmt.Errorf("word %d of the mnemonic's %d is not in the BIP-39 English list", i+1, len(words))
		}
	}
	normal := strings.Join(words, " ")
	if _, err := bip39.EntropyFromMnemonic(normal); err != nil {
		return "", errChecksum
	}
	return normal, nil
}
