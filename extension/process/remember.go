package process

import (
	"fmt"
	"maps"
	"math"
	"sync"
	"time"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// maxMemories bounds what scripts can make the process remember: it is for a handful of shared answers, not for data
// per user.
const maxMemories = 1_000

type memory struct {
	text  string
	until time.Time // zero: for as long as the process lives
}

// memories are small texts that all VUs share, by key.
type memories struct {
	mu    sync.RWMutex
	known map[string]memory
}

func (m *memory) over(now time.Time) bool { return !m.until.IsZero() && !now.Before(m.until) }

func (m *memories) remember(key, text string, until, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.put(key, memory{text: text, until: until}, now)
}

// claim is true for the first who asks for key until then.
func (m *memories) claim(key string, until, now time.Time) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, found := m.known[key]; found && !known.over(now) {
		return false, nil
	}
	return true, m.put(key, memory{until: until}, now)
}

func (m *memories) put(key string, one memory, now time.Time) error {
	if m.known == nil {
		m.known = map[string]memory{}
	}
	if _, known := m.known[key]; !known && len(m.known) >= maxMemories {
		maps.DeleteFunc(m.known, func(_ string, old memory) bool { return old.over(now) })
		if len(m.known) >= maxMemories {
			return fmt.Errorf(
				"more than %d keys at a time: they are for what all VUs share, not for data of single users",
				maxMemories,
			)
		}
	}
	m.known[key] = one
	return nil
}

func (m *memories) recall(key string, now time.Time) (string, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	known, found := m.known[key]
	if !found || known.over(now) {
		return "", false
	}
	return known.text, true
}

func (m *Module) remember(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "key")
	if err != nil {
		return nil, err
	}
	text, err := js.Text(call.Argument(1), "text")
	if err != nil {
		return nil, err
	}
	var until time.Time
	if value := call.Argument(2); !sobek.IsUndefined(value) {
		if until, err = momentFrom(value); err != nil {
			return nil, err
		}
	}
	return nil, m.root.memories.remember(key, text, until, time.Now())
}

func (m *Module) claim(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "key")
	if err != nil {
		return nil, err
	}
	until, err := momentFrom(call.Argument(1))
	if err != nil {
		return nil, err
	}
	first, err := m.root.memories.claim(key, until, time.Now())
	if err != nil {
		return nil, err
	}
	return m.vu.Runtime().ToValue(first), nil
}

func momentFrom(value sobek.Value) (time.Time, error) {
	ms := value.ToFloat()
	if math.IsNaN(ms) || math.Abs(ms) > math.MaxInt64/2 {
		return time.Time{}, js.Want("until", "epoch milliseconds", value)
	}
	return time.UnixMilli(int64(ms)), nil
}

func (m *Module) recall(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "key")
	if err != nil {
		return nil, err
	}
	text, found := m.root.memories.recall(key, time.Now())
	if !found {
		return sobek.Undefined(), nil
	}
	return m.vu.Runtime().ToValue(text), nil
}
