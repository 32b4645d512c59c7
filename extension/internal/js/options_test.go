package js_test

import (
	"testing"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/js"
)

var accepted = js.Accepted{"made": {"timeout", "addressIndex", "blockNumber"}, "bare": {}}

func TestOptionsRefuseWhatTheyDoNotKnow(t *testing.T) {
	t.Parallel()
	const all = "accepted: timeout, addressIndex, blockNumber"
	for expression, want := range map[string]string{
		`({ adressIndex: 7 })`:                         "options.adressIndex: did you mean addressIndex? " + all,
		`({ timeOut: 1 })`:                             "options.timeOut: did you mean timeout? " + all,
		`({ tiemout: 1 })`:                             "options.tiemout: did you mean timeout? " + all,
		`({ timeout: 1, block: 1 })`:                   "options.block: is not an option; " + all,
		`({ TIMEOUT: undefined })`:                     "options.TIMEOUT: did you mean timeout? " + all,
		`({ ["x".repeat(500)]: 1 })`:                   "options.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...: is not an option; " + all,
		`({ constructor: 1 })`:                         "options.constructor: is not an option",
		`({ ["__proto__"]: 1 })`:                       "options.__proto__: is not an option",
		`new (class { constructor() { this.x = 1 } })`: "options.x: is not an option",
		`new Proxy({ timeOut: 1 }, {})`:                "options.timeOut: did you mean timeout?",
		`Object.assign(Object.create(null), { y: 1 })`: "options.y: is not an option",
		`[]`:                     "options: want an object of options, got an array",
		`[1, 2]`:                 "options: want an object of options, got an array",
		`new Array(2 ** 32 - 1)`: "options: want an object of options, got an array",
		`new Uint8Array(5)`:      "options: want an object of options, got an object",
		`new ArrayBuffer(5)`:     "options: want an object of options, got an object",
		`(() => 1)`:              "options: want an object of options, got a function",
		`"text"`:                 "options: want an object, got a string",
		`7`:                      "options: want an object, got a number",
		`null`:                   "options: want an object, got null",
		`undefined`:              "options: want an object, got undefined",
		`({ timeout: 1, get x() { throw new Error("looked") } })`: "options.x: is not an option",
	} {
		rt := sobek.New()
		value, err := rt.RunString(expression)
		require.NoError(t, err, expression)
		require.ErrorContains(t, accepted.Read("made", value, "options").Err(), want, expression)
	}
	value, err := sobek.New().RunString(`({ blockTag: 1 })`)
	require.NoError(t, err)
	require.EqualError(t, accepted.Read("bare", value, "parameters").Err(), "blockTag: no options are accepted here")
}

func TestOptionsReadWhatTheyKnow(t *testing.T) {
	t.Parallel()
	rt := sobek.New()
	for expression, want := range map[string]uint64{
		`({})`:                                         5,
		`({ timeout: 7 })`:                             7,
		`({ timeout: undefined })`:                     5,
		`({ timeout: null, addressIndex: 1 })`:         5,
		`Object.create({ timeout: 7, other: 1 })`:      7, // what is inherited may be read, and is nobody's typing error here
		`({ get timeout() { return 7 } })`:             7,
		`Object.freeze({ timeout: 7n })`:               7,
		`({ timeout: 7, [Symbol("more")]: "hidden" })`: 7,
	} {
		value, err := rt.RunString(expression)
		require.NoError(t, err, expression)
		options := accepted.Read("made", value, "options")
		require.Equal(t, want, options.Number("timeout", 5, 100), expression)
		require.NoError(t, options.Err(), expression)
	}
	left := accepted.ReadOptional("made", sobek.Undefined(), "options")
	require.Equal(t, uint64(5), left.Number("timeout", 5, 100))
	left.Need("addressIndex")
	require.EqualError(t, left.Err(), "options.addressIndex is missing")
}

func TestOptionsKeepTheFirstError(t *testing.T) {
	t.Parallel()
	value, err := sobek.New().RunString(`({ timeout: "soon", addressIndex: -1 })`)
	require.NoError(t, err)
	options := accepted.Read("made", value, "parameters")
	options.Number("timeout", 0, 9)
	options.Number("addressIndex", 0, 9)
	require.ErrorContains(t, options.Err(), "timeout: ")
}
