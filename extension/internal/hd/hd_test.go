package hd

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tyler-smith/go-bip39"
)

const junk = "test test test test test test test test test test test junk"

func TestNormalize(t *testing.T) {
	t.Parallel()
	normal, err := Normalize("  TEST\ttest test test test test test test test test test junk\r\n")
	require.NoError(t, err)
	require.Equal(t, junk, normal)
	for _, bits := range []int{128, 160, 192, 224, 256} {
		phrase, err := bip39.NewMnemonic(make([]byte, bits/8))
		require.NoError(t, err)
		_, err = Normalize(phrase)
		require.NoError(t, err, phrase)
	}
	for phrase, want := range map[string]string{
		"":                                       "has 0 words; want 12, 15, 18, 21 or 24",
		strings.Repeat("test ", 13):              "has 13 words",
		strings.Replace(junk, "junk", "jnuk", 1): "word 12 of the mnemonic's 12 is not in the BIP-39 English list",
		strings.Repeat("test ", 12):              "checksum is wrong",
	} {
		_, err := Normalize(phrase)
		require.ErrorContains(t, err, want)
	}
}

func TestParsePath(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Path{
		"m/44'/60'/0'/0/7": Ethereum(0, 0, 7),
		"m/44h/60H/3'/1/0": Ethereum(3, 1, 0),
		"m/0":              {0},
		"m/2147483647'":    {1<<32 - 1},
	} {
		path, err := ParsePath(text)
		require.NoError(t, err, text)
		require.Equal(t, want, path, text)
	}
	for _, text := range []string{
		"", "m", "m/", "/", "44'/60'", "m/x", "m/-1", "m/1''", "m/2147483648",
		"m//1", "m/1/'", "M/1", "m/" + strings.Repeat("0/", 255) + "0",
	} {
		_, err := ParsePath(text)
		require.Error(t, err, text)
	}
}

// TestVector is BIP-32's first, m/0'/1 of the seed behind a known address of anvil's, checked with viem.
func TestVectors(t *testing.T) {
	t.Parallel()
	wallet, err := Open(junk)
	require.NoError(t, err)
	for text, want := range map[string]string{
		"m/44'/60'/0'/0/0": "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
		"m/44'/60'/0'/0/1": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
		"m/44'/60'/1'/0/3": "0x9BF4beE5bfbEbb3a4b7060dAe40CA6fD49305D60",
		"m/44'/60'/2'/1/7": "0x66B2f126B182DbB57B67697cfFd00a61D6d0706c",
	} {
		path, err := ParsePath(text)
		require.NoError(t, err)
		account, err := wallet.Account(path)
		require.NoError(t, err)
		require.Equal(t, want, account.String())
	}
	_, err = wallet.Account(nil)
	require.Error(t, err)
}

// TestConcurrentDerivation is for the race detector: the library's keys are not safe to share as they are.
func TestConcurrentDerivation(t *testing.T) {
	t.Parallel()
	wallet, err := Open(junk)
	require.NoError(t, err)
	want, err := wallet.Account(Ethereum(5, 0, 9))
	require.NoError(t, err)
	var deriving sync.WaitGroup
	for range 8 {
		deriving.Go(func() {
			for index := range uint32(20) {
				for account := range uint32(10) {
					got, err := wallet.Account(Ethereum(account, 0, index))
					if err != nil || (account == 5 && index == 9 && got.Address != want.Address) {
						panic("derived another account")
					}
				}
			}
		})
	}
	deriving.Wait()
}

func TestCacheOpensOnce(t *testing.T) {
	t.Parallel()
	cache := NewCache()
	first, err := cache.Phrase(junk)
	require.NoError(t, err)
	again, err := cache.Phrase(junk)
	require.NoError(t, err)
	require.Same(t, first, again)
	_, err = cache.Phrase("no phrase")
	require.Error(t, err)
	_, err = cache.File("/nowhere")
	require.ErrorContains(t, err, "mnemonic: cannot read")
}

func BenchmarkAccount(b *testing.B) {
	wallet, _ := Open(junk)
	for i := 0; b.Loop(); i++ {
		_, _ = wallet.Account(Ethereum(0, 0, uint32(i)))
	}
}
