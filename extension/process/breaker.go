package process

import (
	"errors"
	"math"
	"sync"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// breaker counts consecutive failures over all VUs. Once open it stays open.
type breaker struct {
	limit int

	mu          sync.Mutex
	consecutive int
	open        bool
}

func (b *breaker) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.consecutive = 0
}

// failure is true for the one failure that reaches the limit.
func (b *breaker) failure() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.consecutive++
	if b.open || b.consecutive < b.limit {
		return false
	}
	b.open = true
	return true
}

func (b *breaker) state() (consecutive int, open bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.consecutive, b.open
}

// breakers are those of the process, by name.
type breakers struct {
	mu    sync.Mutex
	known map[string]*breaker
}

// named gives the breaker of that name; the first to name it sets its limit.
func (b *breakers) named(name string, limit int) *breaker {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil {
		b.known = map[string]*breaker{}
	}
	if b.known[name] == nil {
		b.known[name] = &breaker{limit: limit}
	}
	return b.known[name]
}

func (m *Module) newBreakerClass() *js.Class[breaker] {
	rt := m.vu.Runtime()
	return js.NewClass(rt, "CircuitBreaker", m.openBreaker).
		Method("success", func(self *breaker, _ sobek.FunctionCall) (sobek.Value, error) {
			self.success()
			return nil, nil
		}).
		Method("failure", func(self *breaker, _ sobek.FunctionCall) (sobek.Value, error) {
			return rt.ToValue(self.failure()), nil
		}).
		Getter("open", func(self *breaker) any {
			_, open := self.state()
			return open
		}).
		Getter("consecutive", func(self *breaker) any {
			consecutive, _ := self.state()
			return consecutive
		})
}

func (m *Module) openBreaker(call sobek.ConstructorCall) (*breaker, error) {
	options := accepted.Read("CircuitBreaker", call.Argument(0), "options")
	name, limit := options.Text("name"), options.NeedNumber("limit", math.MaxInt32)
	if err := options.Err(); err != nil {
		return nil, err
	}
	if limit == 0 {
		return nil, errors.New("options.limit: want at least 1")
	}
	return m.root.breakers.named(name, int(limit)), nil
}
