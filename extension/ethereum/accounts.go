package ethereum

import (
	"errors"
	"fmt"
	"math"

	"github.com/ethereum/go-ethereum/accounts"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/hd"
	"github.com/onrush/onrush/extension/internal/js"
)

// maxIndex is the largest step of a derivation path, before hardening.
const maxIndex = math.MaxInt32

// newAccountClass declares the handles that stand for accounts in scripts: an address, two ways to sign, and no way to
// the key.
func newAccountClass(rt *sobek.Runtime) *js.Class[account.Account] {
	address := func(self *account.Account, _ sobek.FunctionCall) (sobek.Value, error) {
		return rt.ToValue(self.String()), nil
	}
	return js.NewClass[account.Account](rt, "Account", nil).
		Property("address", func(self *account.Account) any { return self.String() }).
		Method("toString", address).
		Method("toJSON", address).
		Method("signMessage", func(self *account.Account, call sobek.FunctionCall) (sobek.Value, error) {
			message, err := messageBytes(read("Account.signMessage", call.Argument(0), "parameters"))
			if err != nil {
				return nil, err
			}
			return signature(rt)(self.SignText(message))
		}).
		Method("signTypedData", func(self *account.Account, call sobek.FunctionCall) (sobek.Value, error) {
			digest, err := typedDataDigest(read("Account.signTypedData", call.Argument(0), "parameters"))
			if err != nil {
				return nil, err
			}
			return signature(rt)(self.SignDigest(digest[:]))
		})
}

func signature(rt *sobek.Runtime) func(raw []byte, err error) (sobek.Value, error) {
	return func(raw []byte, err error) (sobek.Value, error) {
		if err != nil {
			return nil, err
		}
		return rt.ToValue(hexutil.Encode(raw)), nil
	}
}

// accountFrom gives the account behind a handle; what names the argument in the error.
func accountFrom(value sobek.Value, what string) (*account.Account, error) {
	if found, ok := js.Unwrap[account.Account](value); ok {
		return found, nil
	}
	return nil, js.Want(what, "an account of mnemonicToAccount, privateKeyToAccount or a WalletPool", value)
}

func (m *Module) mnemonicToAccount(call sobek.FunctionCall) (sobek.Value, error) {
	wallet, err := m.walletFrom(call.Argument(0))
	if err != nil {
		return nil, err
	}
	path, err := pathFrom(call.Argument(1))
	if err != nil {
		return nil, err
	}
	derived, err := wallet.Account(path)
	if err != nil {
		return nil, err
	}
	return m.accounts.New(derived), nil
}

// maxAddresses bounds one call of mnemonicToAddresses, which blocks its VU (a million takes about a minute).
const maxAddresses = 1_000_000

func (m *Module) mnemonicToAddresses(call sobek.FunctionCall) (sobek.Value, error) {
	wallet, err := m.walletFrom(call.Argument(0))
	if err != nil {
		return nil, err
	}
	options := read("mnemonicToAddresses", call.Argument(1), "options")
	start, end := options.NeedNumber("start", maxIndex), options.NeedNumber("end", maxIndex+1)
	accountIndex := options.index("accountIndex")
	if err := options.Err(); err != nil {
		return nil, err
	}
	if end < start || end-start > maxAddresses {
		return nil, fmt.Errorf("options.end: want start to start + %d", maxAddresses)
	}
	addresses := make([]any, 0, end-start)
	for index := start; index < end; index++ {
		derived, err := wallet.Account(hd.Ethereum(accountIndex, 0, uint32(index)))
		if err != nil {
			return nil, err
		}
		addresses = append(addresses, derived.String())
	}
	return m.rt().NewArray(addresses...), nil
}

func (m *Module) privateKeyToAccount(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "private key")
	if err != nil {
		return nil, err
	}
	made, err := account.FromHex(key)
	if err != nil {
		return nil, err
	}
	return m.accounts.New(made), nil
}

// walletFrom opens the wallet of a Mnemonic: the phrase, or {file}.
func (m *Module) walletFrom(value sobek.Value) (*hd.Wallet, error) {
	if _, ok := value.(*sobek.Object); ok {
		file := read("mnemonicToAccount mnemonic", value, "mnemonic")
		path := file.Text("file")
		if err := file.Err(); err != nil {
			return nil, err
		}
		return m.root.wallets.File(path)
	}
	phrase, err := js.Text(value, "mnemonic")
	if err != nil {
		return nil, js.Want("mnemonic", "a phrase or {file}", value)
	}
	return m.root.wallets.Phrase(phrase)
}

func pathFrom(value sobek.Value) (hd.Path, error) {
	options := reader{accepted.ReadOptional("mnemonicToAccount", value, "options")}
	given := false
	for _, name := range []string{"accountIndex", "changeIndex", "addressIndex"} {
		_, there := options.Get(name)
		given = given || there
	}
	indices := hd.Ethereum(options.index("accountIndex"), options.index("changeIndex"), options.index("addressIndex"))
	if _, there := options.Get("path"); !there || options.Err() != nil {
		return indices, options.Err()
	}
	if given {
		return nil, errors.New("options: give a path or indices, not both")
	}
	whole := options.Text("path")
	if err := options.Err(); err != nil {
		return nil, err
	}
	return hd.ParsePath(whole)
}

// index reads a step of a derivation path; 0 where it is absent.
func (r reader) index(name string) uint32 { return uint32(r.Number(name, 0, maxIndex)) } //nolint:gosec // bounded

// messageBytes reads {message: string | {raw}}.
func messageBytes(parameters reader) ([]byte, error) {
	message := parameters.Value("message")
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	if _, ok := message.(*sobek.Object); ok {
		inner := read("Account.signMessage message", message, "message")
		raw := js.Required(inner.Options, "raw", js.HexBytes)
		return raw, inner.Err()
	}
	text, err := js.Text(message, "message")
	if err != nil {
		return nil, js.Want("message", "a string or {raw}", message)
	}
	return []byte(text), nil
}

func (m *Module) recoverMessageAddress(call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("recoverMessageAddress", call.Argument(0), "parameters")
	message, err := messageBytes(parameters)
	if err != nil {
		return nil, err
	}
	return m.recovered(accounts.TextHash(message), parameters)
}

// recovered gives the address that signed digest with parameters' signature.
func (m *Module) recovered(digest []byte, parameters reader) (sobek.Value, error) {
	raw := js.Required(parameters.Options, "signature", js.HexBytes)
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	address, err := account.Recover(digest, raw)
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(address.Hex()), nil
}
