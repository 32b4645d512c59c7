// Package process is k6/x/process; see index.d.ts.
package process

import (
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/smallfile"
)

// Root is what the VUs of a process share.
type Root struct {
	window   *window
	gc       *collector
	gauges   throttle
	tunings  throttle
	now      func() time.Time
	breakers breakers
	memories memories
}

// New makes the process's root.
func New() *Root { return &Root{window: newWindow(), gc: newCollector(), now: time.Now} }

// NewModuleInstance makes one VU's module.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m := &Module{vu: vu, root: r}
	m.metrics = registerGauges(vu)
	m.exports = m.declare()
	return m
}

// Module is one VU's k6/x/process.
type Module struct {
	vu      modules.VU
	root    *Root
	metrics gauges
	exports modules.Exports
}

// accepted is what each function of this module takes by name; index.d.ts has the same.
var accepted = js.Accepted{"CircuitBreaker": {"name", "limit"}}

// Exports lists what scripts can import. k6 asks at every single use of an imported name.
func (m *Module) Exports() modules.Exports { return m.exports }

func (m *Module) declare() modules.Exports {
	rt := m.vu.Runtime()
	named := map[string]any{
		"CircuitBreaker": m.newBreakerClass().Constructor(),
	}
	for name, fn := range map[string]js.Function{
		"startWindow":  m.startWindow,
		"endWindow":    m.endWindow,
		"usage":        m.usage,
		"sample":       m.sample,
		"tuneGC":       m.tuneGC,
		"readTextFile": m.readTextFile,
		"remember":     m.remember,
		"recall":       m.recall,
		"claim":        m.claim,
	} {
		named[name] = js.Func(rt, fn)
	}
	return modules.Exports{Named: named}
}

func (m *Module) startWindow(sobek.FunctionCall) (sobek.Value, error) {
	m.root.window.begin()
	return nil, nil
}

func (m *Module) endWindow(sobek.FunctionCall) (sobek.Value, error) {
	m.root.window.finish()
	return nil, nil
}

func (m *Module) usage(sobek.FunctionCall) (sobek.Value, error) {
	used := m.root.window.used()
	return js.Value(m.vu.Runtime(), js.NewTuple(
		"memory", used.memory, "memoryPeak", used.memoryPeak,
		"cpuSeconds", used.cpu.Seconds(), "kdfSeconds", used.kdf.Seconds(), "seconds", used.wall.Seconds(),
	)), nil
}

func (m *Module) readTextFile(call sobek.FunctionCall) (sobek.Value, error) {
	path, err := js.Text(call.Argument(0), "path")
	if err != nil {
		return nil, err
	}
	text, err := smallfile.Read(path)
	if err != nil {
		return nil, err
	}
	return m.vu.Runtime().ToValue(text), nil
}
