package ethereum

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

const (
	domainType    = "EIP712Domain"
	maxTypedDepth = 64 // recursive types meet cyclic objects: Go cannot recover from a stack overflow
)

// typedField is one member of a struct type.
type typedField struct{ name, kind string }

// typedData hashes messages of one set of types (EIP-712, v4).
type typedData struct {
	types  map[string][]typedField
	hashes map[string][]byte // of the encoded types, by name
	values int               // encoded so far
}

// domainFields are the members a domain may have, in the standard's order.
var domainFields = []typedField{
	{
		"name",
		"string",
	},
	{"version", "string"},
	{"chainId", "uint256"},
	{"verifyingContract", "address"},
	{"salt", "bytes32"},
}

// typedDataDigest reads {domain, types, primaryType, message} and gives the digest that is signed.
func typedDataDigest(parameters reader) (common.Hash, error) {
	domain := js.Required(parameters.Options, "domain", js.Object)
	types := parameters.Value("types")
	primary := parameters.Text("primaryType")
	message := parameters.Value("message")
	if err := parameters.Err(); err != nil {
		return common.Hash{}, err
	}
	data, err := readTypes(types, domain)
	if err != nil {
		return common.Hash{}, err
	}
	if data.types[primary] == nil {
		return common.Hash{}, fmt.Errorf("primaryType: %q is not in types", primary)
	}
	encoded := []byte{0x19, 0x01}
	separator, err := data.hashStruct(domainType, domain, "domain", 0)
	if err != nil {
		return common.Hash{}, err
	}
	encoded = append(encoded, separator...)
	if primary != domainType { // a domain alone may be signed as well
		hash, err := data.hashStruct(primary, message, "message", 0)
		if err != nil {
			return common.Hash{}, err
		}
		encoded = append(encoded, hash...)
	}
	return crypto.Keccak256Hash(encoded), nil
}

// typeHash is the hash of a struct's encoded type: itself, then all types it refers to in alphabetical order.
func (t *typedData) typeHash(name string) []byte {
	if known := t.hashes[name]; known != nil {
		return known
	}
	found := map[string]bool{}
	t.referred(name, found)
	delete(found, name)
	names := make([]string, 0, len(found))
	for other := range found {
		names = append(names, other)
	}
	slices.Sort(names)
	var text strings.Builder
	for _, each := range append([]string{name}, names...) {
		members := make([]string, len(t.types[each]))
		for i, field := range t.types[each] {
			members[i] = field.kind + " " + field.name
		}
		text.WriteString(each + "(" + strings.Join(members, ",") + ")")
	}
	hash := crypto.Keccak256([]byte(text.String()))
	t.hashes[name] = hash
	return hash
}

func (t *typedData) referred(name string, found map[string]bool) {
	if found[name] || t.types[name] == nil {
		return
	}
	found[name] = true
	for _, field := range t.types[name] {
		base, _, _ := strings.Cut(field.kind, "[")
		t.referred(base, found)
	}
}

func (t *typedData) hashStruct(name string, value sobek.Value, what string, depth int) ([]byte, error) {
	object, err := js.Object(value, what)
	if err != nil {
		return nil, err
	}
	encoded := slices.Clone(t.typeHash(name))
	for _, field := range t.types[name] {
		word, err := t.encode(field.kind, object.Get(field.name), what+"."+field.name, depth+1)
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, word...)
	}
	return crypto.Keccak256(encoded), nil
}

var sized = regexp.MustCompile(`^(uint|int|bytes)([1-9][0-9]*)$`)

// encode gives a value's 32-byte word.
func (t *typedData) encode(kind string, value sobek.Value, what string, depth int) ([]byte, error) {
	if depth > maxTypedDepth {
		return nil, fmt.Errorf("%s: nested more than %d deep", what, maxTypedDepth)
	}
	if t.values++; t.values > maxItems { // a cyclic object may be deep and wide
		return nil, fmt.Errorf("%s: more than %d values", what, maxItems)
	}
	if strings.HasSuffix(kind, "]") {
		return t.encodeArray(kind, value, what, depth)
	}
	if t.types[kind] != nil {
		return t.hashStruct(kind, value, what, depth)
	}
	switch kind {
	case "string":
		text, err := js.Text(value, what)
		return crypto.Keccak256([]byte(text)), err
	case "bytes":
		raw, err := js.HexBytes(value, what)
		return crypto.Keccak256(raw), err
	case "bool":
		flag, err := boolOf(value, what)
		word := make([]byte, 32)
		if flag {
			word[31] = 1
		}
		return word, err
	case "address":
		address, err := addressOf(value, what)
		return leftPad(address[:]), err
	case "uint", "int": // the alias has another type hash than the type, and no verifier accepts it
		return nil, fmt.Errorf("%s: %q is not an EIP-712 type; write %s256", what, kind, kind)
	}
	if parts := sized.FindStringSubmatch(kind); parts != nil {
		size, _ := strconv.Atoi(parts[2])
		switch {
		case parts[1] == "bytes" && size <= 32:
			raw, err := fixedOf(value, size, what)
			return rightPad(raw), err
		case parts[1] != "bytes" && size <= 256 && size%8 == 0:
			return wordOf(value, size, parts[1] == "int", what)
		}
	}
	return nil, fmt.Errorf("%s: %q is neither a Solidity type nor in types", what, kind)
}

// encodeArray hashes the concatenated encodings of an array's elements; elements that are arrays are hashed the same
// way.
func (t *typedData) encodeArray(kind string, value sobek.Value, what string, depth int) ([]byte, error) {
	open := strings.LastIndexByte(kind, '[')
	if open < 0 {
		return nil, fmt.Errorf("%s: %q is not a type", what, kind)
	}
	items, err := itemsOf(value, what)
	if err != nil {
		return nil, err
	}
	if size := kind[open+1 : len(kind)-1]; size != "" {
		if want, err := strconv.Atoi(size); err != nil || want != len(items) {
			return nil, fmt.Errorf("%s: want %s elements, got %d", what, size, len(items))
		}
	}
	var encoded []byte
	for i, item := range items {
		word, err := t.encode(kind[:open], item, fmt.Sprintf("%s[%d]", what, i), depth+1)
		if err != nil {
			return nil, err
		}
		encoded = append(encoded, word...)
	}
	return crypto.Keccak256(encoded), nil
}

func (m *Module) hashTypedData(call sobek.FunctionCall) (sobek.Value, error) {
	digest, err := typedDataDigest(read("hashTypedData", call.Argument(0), "parameters"))
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(digest.Hex()), nil
}

func (m *Module) recoverTypedDataAddress(call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("recoverTypedDataAddress", call.Argument(0), "parameters")
	digest, err := typedDataDigest(parameters)
	if err != nil {
		return nil, err
	}
	return m.recovered(digest[:], parameters)
}
