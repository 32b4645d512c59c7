package process

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// maxMemories bounds what scripts can make the process remember: it is for a handful of shared answers, not for data per user.
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

func (m *memories) remember(key, text string, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[string]memory{}
	}
	if _, known := m.known[key]; !known && len(m.known) >= maxMemories {
		return fmt.Errorf("remember: more than %d keys: it is for what all VUs share, not for data of single users", maxMemories)
	}
	m.known[key] = memory{text: text, until: until}
	return nil
}

func (m *memories) recall(key string, now time.Time) (string, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	known, found := m.known[key]
	if !found || (!known.until.IsZero() && !now.Before(known.until)) {
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
		ms := value.ToFloat()
		if math.IsNaN(ms) || math.Abs(ms) > math.MaxInt64/2 {
			return nil, js.Want("until", "epoch milliseconds", value)
		}
		until = time.UnixMilli(int64(ms))
	}
	return nil, m.root.memories.remember(key, text, until)
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
