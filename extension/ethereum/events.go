package ethereum

import (
	"errors"
	"fmt"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// errNoEvent says that a log is of no event of the ABI.
var errNoEvent = errors.New("the log's first topic is no event of the ABI")

// decodeLog decodes a log by the event its first topic names.
func decodeLog(contract *abi.ABI, topics []common.Hash, data []byte) (string, *js.Tuple, error) {
	if len(topics) == 0 {
		return "", nil, errNoEvent
	}
	event, err := contract.EventByID(topics[0])
	if err != nil || event.Anonymous {
		return "", nil, errNoEvent
	}
	var indexed, inData abi.Arguments
	for _, input := range event.Inputs {
		if input.Indexed {
			indexed = append(indexed, input)
		} else {
			inData = append(inData, input)
		}
	}
	if len(indexed) != len(topics)-1 {
		return "", nil, fmt.Errorf("%s has %d indexed arguments, the log %d", event.RawName, len(indexed), len(topics)-1)
	}
	values, err := unpack(inData, data)
	if err != nil {
		return "", nil, fmt.Errorf("%s: %w", event.RawName, err)
	}
	args := &js.Tuple{}
	next := 1
	for _, input := range event.Inputs {
		if !input.Indexed {
			args.Set(input.Name, values[0])
			values = values[1:]
			continue
		}
		value, err := topicValue(input, topics[next])
		if err != nil {
			return "", nil, fmt.Errorf("%s.%s: %w", event.RawName, input.Name, err)
		}
		args.Set(input.Name, value)
		next++
	}
	return event.RawName, args, nil
}

// topicValue decodes an indexed argument. Of those that do not fit a word, the log holds only the hash, which is given
// instead.
func topicValue(input abi.Argument, topic common.Hash) (any, error) {
	switch input.Type.T {
	case abi.StringTy, abi.BytesTy, abi.SliceTy, abi.ArrayTy, abi.TupleTy:
		return topic.Hex(), nil
	}
	values, err := unpack(abi.Arguments{{Type: input.Type}}, topic[:])
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// logOf reads {topics, data} of a script's log.
func logOf(topicsOfLog, data sobek.Value, what string) ([]common.Hash, []byte, error) {
	items, err := itemsOf(topicsOfLog, what+"topics")
	if err != nil {
		return nil, nil, err
	}
	topics := make([]common.Hash, len(items))
	for i, item := range items {
		raw, err := fixedOf(item, common.HashLength, fmt.Sprintf("%stopics[%d]", what, i))
		if err != nil {
			return nil, nil, err
		}
		topics[i] = common.BytesToHash(raw)
	}
	if js.IsNil(data) {
		return topics, nil, nil
	}
	raw, err := js.HexBytes(data, what+"data")
	return topics, raw, err
}

func (m *Module) decodeEventLog(call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("decodeEventLog", call.Argument(0), "parameters")
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	contract, err := m.parseABI(parameters.Value("abi"))
	if err != nil {
		return nil, err
	}
	topics, data, err := logOf(parameters.Value("topics"), parameters.Value("data"), "")
	if err != nil {
		return nil, err
	}
	name, args, err := decodeLog(contract, topics, data)
	if err != nil {
		return nil, err
	}
	return js.Value(m.rt(), js.NewTuple("eventName", name, "args", args)), nil
}

func (m *Module) parseEventLogs(call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("parseEventLogs", call.Argument(0), "parameters")
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	contract, err := m.parseABI(parameters.Value("abi"))
	if err != nil {
		return nil, err
	}
	logs, err := itemsOf(parameters.Value("logs"), "logs")
	if err != nil {
		return nil, err
	}
	wanted, err := eventFilter(contract, parameters.Value("eventName"))
	if err != nil {
		return nil, err
	}
	from, err := addressFilter(parameters.Value("address"))
	if err != nil {
		return nil, err
	}
	decoded := []any{}
	for i, item := range logs {
		log, err := js.Object(item, fmt.Sprintf("logs[%d]", i))
		if err != nil {
			return nil, err
		}
		topics, data, err := logOf(log.Get("topics"), log.Get("data"), fmt.Sprintf("logs[%d].", i))
		if err != nil {
			return nil, err
		}
		name, args, err := decodeLog(contract, topics, data)
		if err != nil || (wanted != "" && name != wanted) {
			continue // of another event or contract: logs of a receipt are mixed
		}
		if from != nil {
			address, err := addressOf(log.Get("address"), fmt.Sprintf("logs[%d].address", i))
			if err != nil {
				return nil, err
			}
			if address != *from {
				continue
			}
		}
		decoded = append(decoded, m.withEvent(log, name, args))
	}
	return m.rt().NewArray(decoded...), nil
}

// withEvent is a copy of log with the decoded event added.
func (m *Module) withEvent(log *sobek.Object, name string, args *js.Tuple) sobek.Value {
	whole := &js.Tuple{}
	for _, key := range log.Keys() {
		if key != "eventName" && key != "args" {
			whole.Set(key, log.Get(key))
		}
	}
	whole.Set("eventName", name)
	whole.Set("args", args)
	return js.Value(m.rt(), whole)
}

func eventFilter(contract *abi.ABI, value sobek.Value) (string, error) {
	if js.IsNil(value) {
		return "", nil
	}
	wanted, err := js.Text(value, "eventName")
	if err != nil {
		return "", err
	}
	var names []string
	for _, event := range contract.Events {
		if event.RawName == wanted {
			return wanted, nil
		}
		names = append(names, event.RawName)
	}
	return "", fmt.Errorf("eventName: the ABI has no event %q; it has %s", wanted, list(names))
}

func addressFilter(value sobek.Value) (*common.Address, error) {
	if js.IsNil(value) {
		return nil, nil //nolint:nilnil // no filter
	}
	address, err := addressOf(value, "address")
	return &address, err
}

func hexValue(rt *sobek.Runtime, raw []byte) sobek.Value { return rt.ToValue(hexutil.Encode(raw)) }
