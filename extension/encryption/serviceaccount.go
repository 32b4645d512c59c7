package encryption

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/smallfile"
)

// serviceAccount is a Google-style account that signs with RSA.
type serviceAccount struct {
	email, tokenURI, keyID string
	key                    *rsa.PrivateKey
}

// newServiceAccount reads credentials. Its errors never contain them.
func newServiceAccount(credentials []byte) (*serviceAccount, error) {
	var fields struct {
		Email    string `json:"client_email"`
		Key      string `json:"private_key"`
		KeyID    string `json:"private_key_id"`
		TokenURI string `json:"token_uri"`
	}
	if err := json.Unmarshal(credentials, &fields); err != nil {
		return nil, errors.New("credentials: not the JSON of a service account")
	}
	if fields.Email == "" {
		return nil, errors.New("credentials: client_email is missing")
	}
	key, err := rsaKey(fields.Key)
	if err != nil {
		return nil, err
	}
	return &serviceAccount{email: fields.Email, tokenURI: fields.TokenURI, keyID: fields.KeyID, key: key}, nil
}

func rsaKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("credentials: private_key is not PEM")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("credentials: private_key is not an RSA key (PKCS#8 or PKCS#1)")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("credentials: private_key is not an RSA key")
	}
	return key, nil
}

// sign gives the RSA-SHA256 (PKCS#1 v1.5) signature of data.
func (a *serviceAccount) sign(data []byte) ([]byte, error) {
	hash := sha256.Sum256(data)
	return rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, hash[:])
}

// jwt gives the RS256 token of claims, which are JSON.
func (a *serviceAccount) jwt(claims []byte) (string, error) {
	header, err := json.Marshal(struct {
		Algorithm string `json:"alg"`
		Type      string `json:"typ"`
		KeyID     string `json:"kid,omitempty"`
	}{"RS256", "JWT", a.keyID})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode(header) + "." + encode(claims)
	signature, err := a.sign([]byte(signed))
	if err != nil {
		return "", err
	}
	return signed + "." + encode(signature), nil
}

func newServiceAccountClass(rt *sobek.Runtime, known *serviceAccounts) *js.Class[serviceAccount] {
	email := func(self *serviceAccount, _ sobek.FunctionCall) (sobek.Value, error) {
		return rt.ToValue(self.email), nil
	}
	return js.NewClass(rt, "ServiceAccount", known.construct).
		Getter("email", func(self *serviceAccount) any { return self.email }).
		Getter("tokenUri", func(self *serviceAccount) any { return self.tokenURI }).
		Method("toString", email).
		Method("toJSON", email).
		Method("signJwt", func(self *serviceAccount, call sobek.FunctionCall) (sobek.Value, error) {
			object, err := js.Object(call.Argument(0), "claims")
			if err != nil {
				return nil, err
			}
			claims, err := object.MarshalJSON()
			if err != nil {
				return nil, fmt.Errorf("claims: %w", err)
			}
			token, err := self.jwt(claims)
			if err != nil {
				return nil, err
			}
			return rt.ToValue(token), nil
		}).
		Method("sign", func(self *serviceAccount, call sobek.FunctionCall) (sobek.Value, error) {
			data, err := js.Bytes(call.Argument(0), "data")
			if err != nil {
				return nil, err
			}
			signature, err := self.sign(data)
			if err != nil {
				return nil, err
			}
			return rt.ToValue(base64.StdEncoding.EncodeToString(signature)), nil
		})
}

// serviceAccounts are those of the process by their credentials' hash: a parsed RSA key is 15 kB, and all VUs use the
// same one.
type serviceAccounts struct {
	mu     sync.Mutex
	byHash map[[sha256.Size]byte]*serviceAccount
}

func (s *serviceAccounts) of(credentials []byte) (*serviceAccount, error) {
	hash := sha256.Sum256(credentials)
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byHash[hash]; known != nil {
		return known, nil
	}
	account, err := newServiceAccount(credentials)
	if err != nil {
		return nil, err
	}
	if s.byHash == nil {
		s.byHash = map[[sha256.Size]byte]*serviceAccount{}
	}
	s.byHash[hash] = account
	return account, nil
}

func (s *serviceAccounts) construct(call sobek.ConstructorCall) (*serviceAccount, error) {
	value := call.Argument(0)
	if _, ok := value.(*sobek.Object); ok {
		file := accepted.Read("ServiceAccount", value, "credentials")
		path := file.Text("file")
		if err := file.Err(); err != nil {
			return nil, err
		}
		text, err := smallfile.Read(path)
		if err != nil {
			return nil, fmt.Errorf("credentials: %w", err)
		}
		return s.of([]byte(text))
	}
	text, err := js.Text(value, "credentials")
	if err != nil {
		return nil, js.Want("credentials", "JSON or {file}", value)
	}
	return s.of([]byte(text))
}
