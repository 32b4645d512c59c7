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

// newAccountClass declares the handles that stand for accounts in scripts: an address, two ways to sign, and no way to the key.
func newAccountClass(rt *sobek.Runtime) *js.Class[account.Account] {
	address := func(self *account.Account, _ sobek.FunctionCall) (sobek.Value, error) {
		return rt.ToValue(self.String()), nil
	}
	return js.NewClass[account.Account](rt, "Account", nil).
		Property("address", func(self *account.Account) any { return self.String() }).
		Method("toString", address).
		Method("toJSON", address).
		Method("signMessage", func(self *account.Account, call sobek.FunctionCall) (sobek.Value, error) {
			message, err := messageBytes(call.Argument(0))
			if err != nil {
				return nil, err
			}
			return signature(rt)(self.SignText(message))
		}).
		Method("signTypedData", func(self *account.Account, call sobek.FunctionCall) (sobek.Value, error) {
			digest, err := typedDataDigest(call.Argument(0))
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
	options, err := js.Object(call.Argument(1), "options")
	if err != nil {
		return nil, err
	}
	start, err := js.Uint(options.Get("start"), "options.start", maxIndex)
	if err != nil {
		return nil, err
	}
	end, err := js.Uint(options.Get("end"), "options.end", maxIndex+1)
	if err != nil {
		return nil, err
	}
	accountIndex, err := indexOption(options, "accountIndex")
	if err != nil {
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
	if object, ok := value.(*sobek.Object); ok {
		path, err := js.Text(object.Get("file"), "mnemonic.file")
		if err != nil {
			return nil, err
		}
		return m.root.book.File(path)
	}
	phrase, err := js.Text(value, "mnemonic")
	if err != nil {
		return nil, js.Want("mnemonic", "a phrase or {file}", value)
	}
	return m.root.book.Phrase(phrase)
}

func pathFrom(value sobek.Value) (hd.Path, error) {
	if js.IsNil(value) {
		return hd.Ethereum(0, 0, 0), nil
	}
	options, err := js.Object(value, "options")
	if err != nil {
		return nil, err
	}
	accountIndex, err := indexOption(options, "accountIndex")
	if err != nil {
		return nil, err
	}
	changeIndex, err := indexOption(options, "changeIndex")
	if err != nil {
		return nil, err
	}
	addressIndex, err := indexOption(options, "addressIndex")
	if err != nil {
		return nil, err
	}
	if text := options.Get("path"); !js.IsNil(text) {
		if !js.IsNil(options.Get("accountIndex")) || !js.IsNil(options.Get("changeIndex")) || !js.IsNil(options.Get("addressIndex")) {
			return nil, errors.New("options: give a path or indices, not both")
		}
		whole, err := js.Text(text, "options.path")
		if err != nil {
			return nil, err
		}
		return hd.ParsePath(whole)
	}
	return hd.Ethereum(accountIndex, changeIndex, addressIndex), nil
}

func indexOption(options *sobek.Object, name string) (uint32, error) {
	value := options.Get(name)
	if js.IsNil(value) {
		return 0, nil
	}
	index, err := js.Uint(value, "options."+name, maxIndex)
	return uint32(index), err
}

// messageBytes reads {message: string | {raw}}.
func messageBytes(value sobek.Value) ([]byte, error) {
	parameters, err := js.Object(value, "parameters")
	if err != nil {
		return nil, err
	}
	message := parameters.Get("message")
	if object, ok := message.(*sobek.Object); ok {
		return js.HexBytes(object.Get("raw"), "message.raw")
	}
	text, err := js.Text(message, "message")
	if err != nil {
		return nil, js.Want("message", "a string or {raw}", message)
	}
	return []byte(text), nil
}

func (m *Module) recoverMessageAddress(call sobek.FunctionCall) (sobek.Value, error) {
	message, err := messageBytes(call.Argument(0))
	if err != nil {
		return nil, err
	}
	return m.recovered(accounts.TextHash(message), call.Argument(0))
}

// recovered gives the address that signed digest with parameters' signature.
func (m *Module) recovered(digest []byte, parameters sobek.Value) (sobek.Value, error) {
	object, err := js.Object(parameters, "parameters")
	if err != nil {
		return nil, err
	}
	raw, err := js.HexBytes(object.Get("signature"), "signature")
	if err != nil {
		return nil, err
	}
	address, err := account.Recover(digest, raw)
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(address.Hex()), nil
}
