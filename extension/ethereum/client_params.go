package ethereum

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/js"
)

// reader reads an object's properties and keeps the first error, so that a list of them reads as one.
type reader struct {
	object *sobek.Object
	prefix string
	err    error
}

// get gives a property; false where it is absent or an error came before.
func (r *reader) get(name string) (sobek.Value, bool) {
	if r.err != nil {
		return nil, false
	}
	value := r.object.Get(name)
	return value, !js.IsNil(value)
}

// keep notes an error and gives the value.
func keep[T any](r *reader, value T, err error) T {
	if err != nil && r.err == nil {
		r.err = err
	}
	return value
}

func (r *reader) missing(name string) {
	if r.err == nil {
		r.err = required(r.prefix + name)
	}
}

// text wants a string.
func (r *reader) text(name string) string {
	value, ok := r.get(name)
	if !ok {
		r.missing(name)
		return ""
	}
	text, err := js.Text(value, r.prefix+name)
	return keep(r, text, err)
}

// number wants a whole number up to limit; absent is the default.
func (r *reader) number(name string, absent, limit uint64) uint64 {
	value, ok := r.get(name)
	if !ok {
		return absent
	}
	number, err := js.Uint(value, r.prefix+name, limit)
	return keep(r, number, err)
}

// wei wants an amount that is not negative and fits the EVM's words; nil where it is absent.
func (r *reader) wei(name string) *big.Int {
	value, ok := r.get(name)
	if !ok {
		return nil
	}
	amount, err := js.Integer(value, r.prefix+name)
	if err == nil && !fits(amount, 256, false) {
		err = js.Want(r.prefix+name, "an amount from 0 to 2^256-1", value)
	}
	return keep(r, amount, err)
}

// bytes wants hex or a buffer, and copies it; nil where it is absent.
func (r *reader) bytes(name string) []byte {
	value, ok := r.get(name)
	if !ok {
		return nil
	}
	raw, err := js.HexBytes(value, r.prefix+name)
	return keep(r, append([]byte(nil), raw...), err)
}

// hash wants 32 bytes.
func (r *reader) hash(name string) common.Hash {
	value, ok := r.get(name)
	if !ok {
		r.missing(name)
		return common.Hash{}
	}
	raw, err := fixedOf(value, common.HashLength, r.prefix+name)
	return keep(r, common.BytesToHash(raw), err)
}

// address wants an address or an account; nil where it is absent.
func (r *reader) address(name string) *common.Address {
	value, ok := r.get(name)
	if !ok {
		return nil
	}
	address, err := addressOf(value, r.prefix+name)
	return keep(r, &address, err)
}

// needAddress is address where one must be.
func (r *reader) needAddress(name string) common.Address {
	address := r.address(name)
	if address == nil {
		r.missing(name)
		return common.Address{}
	}
	return *address
}

// account wants a handle.
func (r *reader) account(name string) *account.Account {
	value, ok := r.get(name)
	if !ok {
		r.missing(name)
		return nil
	}
	found, err := accountFrom(value, r.prefix+name)
	return keep(r, found, err)
}

// texts wants an object of strings.
func (r *reader) texts(name string) map[string]string {
	value, ok := r.get(name)
	if !ok {
		return nil
	}
	object, err := js.Object(value, r.prefix+name)
	if err != nil {
		return keep(r, map[string]string(nil), err)
	}
	inner := reader{object: object, prefix: r.prefix + name + "."}
	texts := map[string]string{}
	for _, key := range object.Keys() {
		texts[key] = inner.text(key)
	}
	return keep(r, texts, inner.err)
}
