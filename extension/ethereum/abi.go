package ethereum

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

const (
	maxABIs       = 1024
	maxIdentities = 64
)

// abiCache keeps parsed ABIs by their JSON for all VUs of the process.
type abiCache struct {
	mu    sync.Mutex
	known map[string]*abi.ABI
}

func newABICache() *abiCache { return &abiCache{known: map[string]*abi.ABI{}} }

func (c *abiCache) parse(text string) (*abi.ABI, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.known[text]; known != nil {
		return known, nil
	}
	parsed, err := abi.JSON(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("abi: not a contract's ABI: %w", err)
	}
	if len(c.known) >= maxABIs {
		clear(c.known)
	}
	c.known[text] = &parsed
	return &parsed, nil
}

// abiIdentities remembers which array of this VU is which ABI, so that it is turned into JSON once and not on every
// call. An ABI must not be changed after its first use.
type abiIdentities map[*sobek.Object]*abi.ABI

// parseABI reads an ABI given as viem has it, an array of its items, or as JSON text.
func (m *Module) parseABI(value sobek.Value) (*abi.ABI, error) {
	object, ok := value.(*sobek.Object)
	if !ok {
		text, err := js.Text(value, "abi")
		if err != nil {
			return nil, js.Want("abi", "an array of items (or its JSON)", value)
		}
		return m.root.abis.parse(text)
	}
	if known := m.known[object]; known != nil {
		return known, nil
	}
	if _, err := itemsOf(object, "abi"); err != nil { // refuses endless ones, too
		return nil, err
	}
	text, err := object.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("abi: %w", err)
	}
	parsed, err := m.root.abis.parse(string(text))
	if err != nil {
		return nil, err
	}
	if m.known == nil || len(m.known) >= maxIdentities {
		m.known = abiIdentities{}
	}
	m.known[object] = parsed
	return parsed, nil
}

// methodOf finds a function by name, or by its signature where it is overloaded. With overloads and a bare name, the
// one taking count arguments is meant.
func methodOf(contract *abi.ABI, name string, count int) (*abi.Method, error) {
	var found []abi.Method
	for _, method := range contract.Methods {
		if method.Sig == name || (method.RawName == name && len(method.Inputs) == count) {
			found = append(found, method)
		}
	}
	switch len(found) {
	case 1:
		return &found[0], nil
	case 0:
		for _, method := range contract.Methods {
			if method.RawName == name {
				return &method, nil // the only one, or any: packArgs will say how many arguments it wants
			}
		}
		return nil, fmt.Errorf("functionName: the ABI has no function %q; it has %s", name, list(methodNames(contract)))
	default:
		signatures := make([]string, len(found))
		for i := range found {
			signatures[i] = found[i].Sig
		}
		slices.Sort(signatures)
		return nil, fmt.Errorf("functionName: %q is overloaded; name one of %s", name, list(signatures))
	}
}

func methodNames(contract *abi.ABI) []string {
	names := map[string]bool{}
	for _, method := range contract.Methods {
		names[method.RawName] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func list(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// methodCall finds the function of a name and encodes its call.
func methodCall(contract *abi.ABI, functionName, args sobek.Value) (*abi.Method, []byte, error) {
	name, err := js.Text(functionName, "functionName")
	if err != nil {
		return nil, nil, err
	}
	count := 0
	if object, ok := args.(*sobek.Object); ok && object.ClassName() == "Array" {
		count = int(object.Get("length").ToInteger())
	}
	method, err := methodOf(contract, name, count)
	if err != nil {
		return nil, nil, err
	}
	packed, err := packArgs(method.Inputs, args)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", method.RawName, err)
	}
	return method, append(slices.Clone(method.ID), packed...), nil
}

func (m *Module) encodeFunctionData(call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("encodeFunctionData", call.Argument(0), "parameters")
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	contract, err := m.parseABI(parameters.Value("abi"))
	if err != nil {
		return nil, err
	}
	_, data, err := methodCall(contract, parameters.Value("functionName"), parameters.Value("args"))
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(hexutil.Encode(data)), nil
}
