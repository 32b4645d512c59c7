package js

import (
	"errors"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/chain"
)

// Throw throws err in JavaScript as a real Error. It never returns; call it on the JS thread only.
func Throw(rt *sobek.Runtime, err error) {
	var exception *sobek.Exception
	if errors.As(err, &exception) {
		panic(exception)
	}
	panic(ErrorObject(rt, err))
}

// ErrorObject makes a JavaScript Error (instanceof Error, with name, message and stack) of err. A *chain.Error anywhere in err's
// chain adds code, kind and retryable, and retryAfter (ms), reason, hash and revert where there are any. JS thread only.
func ErrorObject(rt *sobek.Runtime, err error) *sobek.Object {
	object, failed := rt.New(rt.GlobalObject().Get("Error"), rt.ToValue(err.Error()))
	if failed != nil { // the script has replaced Error by something that cannot be constructed
		object = rt.NewGoError(err)
	}
	var typed *chain.Error
	if errors.As(err, &typed) {
		describe(rt, object, typed)
	}
	return object
}

func describe(rt *sobek.Runtime, object *sobek.Object, err *chain.Error) {
	set := func(name string, value any) {
		// Setting a fresh property of a plain object cannot fail.
		_ = object.DefineDataProperty(name, Value(rt, value), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_TRUE)
	}
	_ = object.DefineDataProperty("name", rt.ToValue("EthereumError"), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_FALSE)
	set("code", err.Code)
	set("kind", string(err.Kind))
	set("retryable", err.Retryable)
	if err.Reason != "" {
		set("reason", string(err.Reason))
	}
	if err.RetryAfter > 0 {
		set("retryAfter", err.RetryAfter.Milliseconds())
	}
	if err.TxHash != "" {
		set("hash", err.TxHash)
	}
	if err.Revert != nil {
		set("revert", RevertValue(err.Revert))
	}
}

// RevertValue is a revert in the shape scripts see: {name, args, data}.
func RevertValue(revert *chain.Revert) *Tuple {
	args := revert.Args
	if args == nil {
		args = []any{}
	}
	return NewTuple("name", revert.Name, "args", args, "data", hexutil.Encode(revert.Data))
}
