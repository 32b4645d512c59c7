package encryption

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/ProtonMail/go-crypto/openpgp/s2k"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/usage"
)

// fromOpenPGPjs was made by openpgp.js 6 of {"canary":"ä"} with the password 0x8ece.
const fromOpenPGPjs = "c32e04090308a90af7ae44dfcf4ae0c4102c841f0b8f90b98f63f5deea21b9ad9c2f04aa639d8cb2d0da534d06332bc3d240013d5b1225" +
	"5d867cfff649e08adec101d1b85295c0aae46584cd56683ea3b0da7c2dae3ec3ece5e1261eea0a7fee590514efae9fcb3e1b3c503a39aad23dcf78"

func TestDecryptsWhatTheSDKMakes(t *testing.T) {
	t.Parallel()
	message, err := hex.DecodeString(fromOpenPGPjs)
	require.NoError(t, err)
	data, err := decryptMessage(message, "0x8ece")
	require.NoError(t, err)
	require.Equal(t, `{"canary":"ä"}`, string(data))
}

// TestPackets compares the structure with the SDK's, byte by byte where it is fixed.
func TestPackets(t *testing.T) {
	t.Parallel()
	s, err := newSession("pw")
	require.NoError(t, err)
	message, err := s.encrypt([]byte("hello"))
	require.NoError(t, err)
	theirs, err := hex.DecodeString(fromOpenPGPjs)
	require.NoError(t, err)
	require.Equal(t, theirs[:6], message[:6], "packet 3 of 46 bytes, version 4, AES-256, iterated S2K, SHA-256")
	require.Equal(t, theirs[14], message[14], "the count")
	reader := packet.NewOpaqueReader(bytes.NewReader(message))
	for _, want := range []struct {
		tag     uint8
		version byte
	}{{tagSKESK, 4}, {tagSEIPD, 1}} {
		next, err := reader.Next()
		require.NoError(t, err)
		require.Equal(t, want.tag, next.Tag)
		require.Equal(t, want.version, next.Contents[0])
	}
	_, err = reader.Next()
	require.Error(t, err, "two packets, no more")
}

// TestIterate compares the faster hashing with the library's.
func TestIterate(t *testing.T) {
	t.Parallel()
	salt := []byte("saltsalt")
	for _, password := range []string{"p", "0x8ece", string(bytes.Repeat([]byte("long"), 10_000))} {
		want := make([]byte, keySize)
		s2k.Iterated(want, newSHA256(), []byte(password), salt, countBytes)
		require.Equal(t, want, iterate(salt, password))
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	s, err := newSession("pw")
	require.NoError(t, err)
	random := rand.NewChaCha8([32]byte{1})
	for _, size := range []int{0, 1, 15, 16, 17, 511, 512, 100_000, 5 << 20} {
		data := make([]byte, size)
		_, _ = random.Read(data)
		message, err := s.encrypt(data)
		require.NoError(t, err)
		require.Less(t, len(message), size+size/1000+130)
		opened, err := decryptMessage(message, "pw")
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, opened), size)
	}
}

func TestMessagesDiffer(t *testing.T) {
	t.Parallel()
	s, err := newSession("pw")
	require.NoError(t, err)
	a, err := s.encrypt([]byte("same"))
	require.NoError(t, err)
	b, err := s.encrypt([]byte("same"))
	require.NoError(t, err)
	require.Equal(t, a[6:14], b[6:14], "one salt a session")
	require.NotEqual(t, a[15:48], b[15:48], "a session key of its own")
	other, err := newSession("pw")
	require.NoError(t, err)
	require.NotEqual(t, s.salt, other.salt)
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	s, err := newSession("pw")
	require.NoError(t, err)
	message, err := s.encrypt([]byte("hello"))
	require.NoError(t, err)
	_, err = decryptMessage(message, "wp")
	require.ErrorIs(t, err, errDecrypt)
	_, err = decryptMessage(message, "")
	require.ErrorIs(t, err, errDecrypt)
	_, err = newSession("")
	require.ErrorContains(t, err, "password")
}

// TestDamage cuts a message off at every length and flips bits: always an error, never other data and never a panic.
func TestDamage(t *testing.T) {
	t.Parallel()
	s, err := newSession("pw")
	require.NoError(t, err)
	message, err := s.encrypt([]byte("hello world, this is a message"))
	require.NoError(t, err)
	for length := range message {
		if length > 50 && length%17 != 0 && length < len(message)-3 { // each costs a key derivation
			continue
		}
		_, err := decryptMessage(message[:length], "pw")
		require.Error(t, err, length)
	}
	for bit := range len(message) * 8 {
		if bit > 40 && bit%23 != 0 {
			continue
		}
		damaged := bytes.Clone(message)
		damaged[bit/8] ^= 1 << (bit % 8)
		opened, err := decryptMessage(damaged, "pw")
		require.True(
			t,
			err != nil || bytes.Equal(opened, []byte("hello world, this is a message")),
			"bit %d gave %q",
			bit,
			opened,
		)
	}
}

func FuzzDecrypt(f *testing.F) {
	message, err := hex.DecodeString(fromOpenPGPjs)
	require.NoError(f, err)
	f.Add(message)
	f.Add([]byte{})
	f.Add([]byte{0xc3, 0x05, 4, 9, 4, 0, 0}) // asks for Argon2
	f.Fuzz(func(t *testing.T, data []byte) {
		if opened, err := decryptMessage(data, "no such password"); err == nil {
			t.Fatalf("opened %q", opened)
		}
	})
}

// TestRefusesOtherHashing: Argon2 with the parameters an attacker likes would end the process.
// What it costs is CPU time, which a busy machine does not stretch.
func TestRefusesOtherHashing(t *testing.T) { //nolint:paralleltest // measures the process
	message, err := hex.DecodeString(fromOpenPGPjs)
	require.NoError(t, err)
	message[4] = 4
	start := usage.CPU()
	_, err = decryptMessage(message, "0x8ece")
	require.ErrorContains(t, err, "not an OpenPGP message encrypted with a password")
	require.Less(t, usage.CPU()-start, time.Second)
}

func TestHashingIsAccounted(t *testing.T) { //nolint:paralleltest // reads a counter of the process
	before := usage.KDF()
	s, err := newSession("pw")
	require.NoError(t, err)
	once := usage.KDF() - before
	require.Greater(t, once, time.Millisecond)
	require.Less(t, once, time.Second)
	before = usage.KDF()
	_, err = s.encrypt(make([]byte, 100_000))
	require.NoError(t, err)
	require.Equal(t, before, usage.KDF(), "a session hashes once")
}

func BenchmarkNewSession(b *testing.B) {
	for b.Loop() {
		_, _ = newSession(
			"0x8ece315f91aca4024ab01b963fcd0f7ef5620b6255746799951079aa2eab6ec46715942b75fea83f6d9fea2220f9f6b1254be2825cbf060f1bc25f9f31fee3281c",
		)
	}
}

func BenchmarkLibraryS2K(b *testing.B) {
	out := make([]byte, keySize)
	for b.Loop() {
		s2k.Iterated(out, newSHA256(), make([]byte, 132), make([]byte, 8), countBytes)
	}
}

func BenchmarkEncrypt100kB(b *testing.B) {
	s, _ := newSession("pw")
	data := make([]byte, 100_000)
	for b.Loop() {
		_, _ = s.encrypt(data)
	}
}
