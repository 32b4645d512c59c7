package process

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/metrics"

	"github.com/onrush/onrush/extension/internal/js"
)

// gauges are the metrics of this module:
//
//	process_memory_bytes             resident memory
//	process_memory_peak_bytes        its highest so far
//	process_cpu_percent              of one core, over the window
//	process_cpu_without_kdf_percent  the same without OpenPGP's password hashing
type gauges struct{ memory, memoryPeak, cpu, cpuWithoutKDF *metrics.Metric }

// registerGauges declares the metrics. It fails only where another extension has taken a name for another type; the
// import then throws.
func registerGauges(vu modules.VU) gauges {
	declare := func(name string, contains ...metrics.ValueType) *metrics.Metric {
		metric, err := vu.InitEnv().Registry.NewMetric(name, metrics.Gauge, contains...)
		if err != nil {
			js.Throw(vu.Runtime(), err)
		}
		return metric
	}
	return gauges{
		memory:        declare("process_memory_bytes", metrics.Data),
		memoryPeak:    declare("process_memory_peak_bytes", metrics.Data),
		cpu:           declare("process_cpu_percent"),
		cpuWithoutKDF: declare("process_cpu_without_kdf_percent"),
	}
}

// throttle lets one call a second through, of all VUs together.
type throttle struct{ last atomic.Int64 }

const period = time.Second

func (t *throttle) allow(now time.Time) bool {
	last := t.last.Load()
	return now.UnixNano()-last >= int64(period) && t.last.CompareAndSwap(last, now.UnixNano())
}

func (m *Module) sample(sobek.FunctionCall) (sobek.Value, error) {
	state := m.vu.State()
	if state == nil {
		return nil, errors.New("sample() emits metrics, which init code cannot: call it in a VU function")
	}
	now := m.root.now()
	if !m.root.gauges.allow(now) {
		return nil, nil
	}
	used := m.root.window.used()
	tags := state.Tags.GetCurrentValues()
	value := func(metric *metrics.Metric, value float64) metrics.Sample {
		return metrics.Sample{
			TimeSeries: metrics.TimeSeries{Metric: metric, Tags: tags.Tags}, Time: now, Value: value, Metadata: tags.Metadata,
		}
	}
	metrics.PushIfNotDone(m.vu.Context(), state.Samples, metrics.Samples{
		value(m.metrics.memory, float64(used.memory)),
		value(m.metrics.memoryPeak, float64(used.memoryPeak)),
		value(m.metrics.cpu, used.percent(used.cpu)),
		value(m.metrics.cpuWithoutKDF, used.percent(max(0, used.cpu-used.kdf))),
	})
	return nil, nil
}
