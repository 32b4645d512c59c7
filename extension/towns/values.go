package towns

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

// base64Bytes reads bytes as k6/net/grpc gives them.
func base64Bytes(value sobek.Value, what string) ([]byte, error) {
	text, err := js.Text(value, what)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%s: not base64", what)
	}
	return raw, nil
}

// base64Fields reads members of an object that hold bytes, in the order of their names.
func base64Fields(value sobek.Value, what string, names ...string) ([][]byte, error) {
	object, err := js.Object(value, what)
	if err != nil {
		return nil, err
	}
	fields := make([][]byte, len(names))
	for i, name := range names {
		if fields[i], err = base64Bytes(object.Get(name), what+"."+name); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// addressFrom takes an address in hex or an account, which stands for its own.
func addressFrom(value sobek.Value, what string) (common.Address, error) {
	if found, ok := js.Unwrap[account.Account](value); ok {
		return found.Address, nil
	}
	raw, err := js.HexBytes(value, what)
	if err != nil {
		return common.Address{}, err
	}
	if len(raw) != common.AddressLength {
		return common.Address{}, fmt.Errorf("%s: want an address of %d bytes, got %d", what, common.AddressLength, len(raw))
	}
	return common.BytesToAddress(raw), nil
}

func accountFrom(value sobek.Value, what string) (*account.Account, error) {
	if found, ok := js.Unwrap[account.Account](value); ok {
		return found, nil
	}
	return nil, js.Want(what, "an account of k6/x/ethereum", value)
}

func streamIDFrom(value sobek.Value, what string) (river.StreamID, error) {
	text, err := js.Text(value, what)
	if err != nil {
		return river.StreamID{}, err
	}
	id, err := river.ParseStreamID(text)
	if err != nil {
		return river.StreamID{}, fmt.Errorf("%s: %w", what, err)
	}
	return id, nil
}

// jsonOf gives what JSON.stringify makes of an object. Arrays, which no message is, are refused before it: a sparse one
// may have 2^32 elements.
func jsonOf(value sobek.Value, what string) ([]byte, error) {
	object, err := js.Object(value, what)
	if err != nil {
		return nil, err
	}
	if object.ClassName() == "Array" {
		return nil, js.Want(what, "an object", value)
	}
	return object.MarshalJSON()
}

// fromJSON makes a JavaScript value of a message's JSON.
func (m *Module) fromJSON(text []byte, err error) (sobek.Value, error) {
	if err != nil {
		return nil, err
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, errors.New("a message that is no JSON")
	}
	return js.Value(m.rt(), value), nil
}
