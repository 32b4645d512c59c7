package encryption_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/encryption"
	"github.com/onrush/onrush/extension/internal/jstest"
)

const (
	private = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
	public  = "038318535b54105d4a7aae60c08fc45f9687181b4fdfc625bd1a753fa7397fed75"
)

func newVU(t *testing.T) *jstest.VU {
	t.Helper()
	return jstest.New(t, map[string]modules.Module{"k6/x/encryption": encryption.New()})
}

func TestFromScripts(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	for expression, want := range map[string]string{
		`encryption.sha256("")`:                                                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		`encryption.sha256(new Uint8Array([97]))`:                                   "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
		`encryption.sha256(new Uint8Array([98, 97]).subarray(1).buffer.byteLength)`: "", // see below: a number is refused
	} {
		if want == "" {
			_, err := vu.Eval(expression)
			require.ErrorContains(t, err, "data: want an ArrayBuffer, a Uint8Array or a string, got a number")
			continue
		}
		require.Equal(t, want, vu.MustText(expression), expression)
	}
	text := func(buffer string) string { return `new TextDecoder().decode(` + buffer + `)` }
	for expression, want := range map[string]string{
		text(`encryption.pgpDecrypt(encryption.pgpEncrypt("hällo", "pw"), "pw")`):                                               "hällo",
		text(`encryption.pgpDecrypt(new Uint8Array(encryption.pgpEncrypt(new Uint8Array([104, 105]), "pw")), "pw")`):            "hi",
		text(`encryption.pgpDecrypt(new encryption.PgpSession("pw").encrypt(new Uint8Array([104, 105]).buffer), "pw")`):         "hi",
		text(`encryption.pgpDecrypt(new encryption.PgpSession("pw").encrypt(new Uint8Array([1, 104, 105]).subarray(1)), "pw")`): "hi",
		text(`encryption.eciesDecrypt("` + private + `", encryption.eciesEncrypt("` + public + `", "secret"))`):                 "secret",
		`encryption.pgpEncrypt("x", "pw") instanceof ArrayBuffer`:                                                               "true",
		`encryption.eciesEncrypt("` + public + `", "x".repeat(132)).length`:                                                     "514",
		`new encryption.PgpSession("pw") instanceof encryption.PgpSession`:                                                      "true",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
	for expression, want := range map[string]string{
		`encryption.pgpEncrypt("x")`:                    "password: want a string, got undefined",
		`encryption.pgpEncrypt("x", "")`:                "password: must not be empty",
		`encryption.pgpEncrypt([1, 2], "pw")`:           "data: want an ArrayBuffer, a Uint8Array or a string, got an array",
		`encryption.pgpDecrypt("x", "pw")`:              "not an OpenPGP message",
		`encryption.eciesEncrypt("04", "x")`:            "public key: want a secp256k1 point",
		`new encryption.ServiceAccount()`:               "credentials: want JSON or {file}, got undefined",
		`new encryption.ServiceAccount({ file: "/x" })`: `credentials: cannot read "/x": no such file`,
	} {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
	}
}

func TestServiceAccountFromScripts(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]string{
		"client_email": "robot@example.test",
		"token_uri":    "http://127.0.0.1:1/token",
		"private_key": string(
			pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		),
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "account.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	vu := newVU(t)
	require.NoError(t, vu.Runtime.VU.Runtime().Set("path", path))
	require.NoError(t, vu.Runtime.VU.Runtime().Set("text", string(text)))
	for expression, want := range map[string]string{
		`String(new encryption.ServiceAccount({ file: path }))`:                                                                                           "robot@example.test",
		`new encryption.ServiceAccount(text).tokenUri`:                                                                                                    "http://127.0.0.1:1/token",
		`new encryption.ServiceAccount(text).sign("x").length`:                                                                                            "344",
		`new encryption.ServiceAccount(text).signJwt({ iss: "a", exp: 5 }).split(".")[1]`:                                                                 "eyJpc3MiOiJhIiwiZXhwIjo1fQ",
		`JSON.stringify({ account: new encryption.ServiceAccount(text) })`:                                                                                `{"account":"robot@example.test"}`,
		`Object.keys(new encryption.ServiceAccount(text)).length`:                                                                                         "0",
		`Reflect.ownKeys(new encryption.ServiceAccount(text)).map((k) => JSON.stringify(Reflect.ownKeys(new encryption.ServiceAccount(text)[k]))).join()`: "[]",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
	_, err = vu.Eval(`new encryption.ServiceAccount(text).signJwt({ a: 1n })`)
	require.ErrorContains(t, err, "BigInt")
}

func TestNothingCrashes(t *testing.T) {
	t.Parallel()
	newVU(t).Abuse(`encryption`)
}
