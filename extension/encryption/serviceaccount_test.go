package encryption

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func credentials(t testing.TB, kind string, der []byte) string {
	t.Helper()
	text, err := json.Marshal(map[string]string{
		"type":           "service_account",
		"client_email":   "robot@example.test",
		"token_uri":      "http://127.0.0.1:1/token",
		"private_key_id": "k1",
		"private_key":    string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})),
	})
	require.NoError(t, err)
	return string(text)
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return der
}

func TestServiceAccountSigns(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		credentials(t, "PRIVATE KEY", pkcs8(t, testKey())),
		credentials(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(testKey())),
	} {
		account, err := newServiceAccount([]byte(text))
		require.NoError(t, err)
		token, err := account.jwt([]byte(`{"iss":"me"}`))
		require.NoError(t, err)
		parts := strings.Split(token, ".")
		require.Len(t, parts, 3)
		header, err := base64.RawURLEncoding.DecodeString(parts[0])
		require.NoError(t, err)
		require.JSONEq(t, `{"alg":"RS256","typ":"JWT","kid":"k1"}`, string(header))
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		require.NoError(t, err)
		verify(t, parts[0]+"."+parts[1], signature)

		raw, err := account.sign([]byte("GET\n\n\n1\n/b/o"))
		require.NoError(t, err)
		verify(t, "GET\n\n\n1\n/b/o", raw)
	}
}

func verify(t *testing.T, signed string, signature []byte) {
	t.Helper()
	hash := sha256.Sum256([]byte(signed))
	require.NoError(t, rsa.VerifyPKCS1v15(&testKey().PublicKey, crypto.SHA256, hash[:], signature))
}

func TestServiceAccountErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	for text, want := range map[string]string{
		`{"private_key": "hunter2`:   "not the JSON of a service account",
		`hunter2`:                    "not the JSON of a service account",
		`{"private_key": "hunter2"}`: "client_email is missing",
		`{"client_email": "a@b", "private_key": "hunter2"}`:           "private_key is not PEM",
		credentials(t, "PRIVATE KEY", []byte("hunter2")):              "not an RSA key (PKCS#8 or PKCS#1)",
		credentials(t, "PRIVATE KEY", pkcs8(t, elliptical)):           "not an RSA key",
		strings.Replace(credentials(t, "X", nil), "robot", "", 1)[1:]: "not the JSON",
	} {
		_, err := newServiceAccount([]byte(text))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestServiceAccountsAreSharedByTheirCredentials(t *testing.T) {
	t.Parallel()
	var accounts serviceAccounts
	text := credentials(t, "PRIVATE KEY", pkcs8(t, testKey()))
	first, err := accounts.of([]byte(text))
	require.NoError(t, err)
	again, err := accounts.of([]byte(text))
	require.NoError(t, err)
	require.Same(t, first, again)

	_, err = accounts.of([]byte("{}"))
	require.Error(t, err)
	other, err := accounts.of([]byte(strings.Replace(text, "robot@", "another@", 1)))
	require.NoError(t, err)
	require.Equal(t, "another@example.test", other.email)
	require.Equal(t, "robot@example.test", first.email)
}
