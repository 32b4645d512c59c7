package ethereum

import (
	"context"
	"sync"
	"time"

	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/fault"
)

// instruments are the metrics of Client, with the VU's tags at the time of the call:
//
//	ethereum_req_duration     Trend (ms)  {method} one HTTP request; its method ends in _batch for a batch, or is "batch"
//	ethereum_requests         Counter     {method} HTTP requests
//	ethereum_errors           Counter     {kind, method} calls that failed for good
//	ethereum_retries          Counter     {kind, method} failed attempts that were made again
//	ethereum_block            Gauge       highest block seen
//	ethereum_nonce_healed     Counter     nonce gaps that were filled
//	ethereum_txs_sent         Counter     transactions a node accepted
//	ethereum_txs_rejected     Counter     transactions no node accepted
//	ethereum_txs_included     Counter     awaited transactions of this process that succeeded
//	ethereum_txs_reverted     Counter     ... that were included but reverted
//	ethereum_txs_replaced     Counter     ... whose nonce another transaction used
//	ethereum_txs_timed_out    Counter     ... that were in no block in time, or of which no node could be asked
//	ethereum_time_to_mine     Trend (ms)  from acceptance to first sight of the including block
//	ethereum_gas_used         Trend       of included and reverted transactions
type instruments struct {
	duration, requests, errors, retries, block, healed *metrics.Metric
	timeToMine, gasUsed                                *metrics.Metric
	events                                             map[chain.TxEvent]*metrics.Metric
}

// registerInstruments declares them; k6 gives all VUs the same metric of a name.
func registerInstruments(registry *metrics.Registry) (*instruments, error) {
	var failed error
	declare := func(name string, kind metrics.MetricType, contains ...metrics.ValueType) *metrics.Metric {
		metric, err := registry.NewMetric("ethereum_"+name, kind, contains...)
		if err != nil {
			failed = err
		}
		return metric
	}
	declared := &instruments{
		duration:   declare("req_duration", metrics.Trend, metrics.Time),
		requests:   declare("requests", metrics.Counter),
		errors:     declare("errors", metrics.Counter),
		retries:    declare("retries", metrics.Counter),
		block:      declare("block", metrics.Gauge),
		healed:     declare("nonce_healed", metrics.Counter),
		timeToMine: declare("time_to_mine", metrics.Trend, metrics.Time),
		gasUsed:    declare("gas_used", metrics.Trend),
		events: map[chain.TxEvent]*metrics.Metric{
			chain.TxSent:     declare("txs_sent", metrics.Counter),
			chain.TxRejected: declare("txs_rejected", metrics.Counter),
			chain.TxIncluded: declare("txs_included", metrics.Counter),
			chain.TxReverted: declare("txs_reverted", metrics.Counter),
			chain.TxReplaced: declare("txs_replaced", metrics.Counter),
			chain.TxTimedOut: declare("txs_timed_out", metrics.Counter),
		},
	}
	return declared, failed
}

// observer turns what the domain reports about one call into samples of the VU that made it.
type observer struct {
	*instruments
	ctx     context.Context //nolint:containedctx // samples of an ended iteration must not be pushed
	samples chan<- metrics.SampleContainer
	tags    metrics.TagsAndMeta
	late    *lateCounts
}

// newObserver takes the VU's tags. Call it on the JS thread.
func newObserver(vu modules.VU, state *lib.State, declared *instruments, late *lateCounts) *observer {
	o := &observer{
		instruments: declared, ctx: vu.Context(), samples: state.Samples, tags: state.Tags.GetCurrentValues(), late: late,
	}
	for metric, count := range late.take() {
		o.push(o.sample(metric, count))
	}
	return o
}

func (o *observer) sample(metric *metrics.Metric, value float64, tags ...string) metrics.Sample {
	set := o.tags.Tags
	for i := 0; i+1 < len(tags); i += 2 {
		set = set.With(tags[i], tags[i+1])
	}
	return metrics.Sample{
		TimeSeries: metrics.TimeSeries{Metric: metric, Tags: set}, Time: time.Now(), Value: value, Metadata: o.tags.Metadata,
	}
}

// push hands samples to k6; false if the iteration is over, after which k6 takes none.
func (o *observer) push(samples ...metrics.Sample) (pushed bool) {
	defer func() {
		if recover() != nil { // the test ended between the check and the send
			pushed = false
		}
	}()
	return metrics.PushIfNotDone(o.ctx, o.samples, metrics.Samples(samples))
}

// count pushes an increment. One that comes after its iteration (a submission outlives it) is pushed with the process's
// next call instead, so that transactions counted here and by the node agree.
func (o *observer) count(metric *metrics.Metric) {
	if !o.push(o.sample(metric, 1)) {
		o.late.add(metric)
	}
}

// Request implements chain.Observer.
func (o *observer) Request(method string, took time.Duration) {
	o.push(o.sample(o.duration, metrics.D(took), "method", method), o.sample(o.requests, 1, "method", method))
}

// Failed implements chain.Observer.
func (o *observer) Failed(method string, kind fault.Kind) {
	o.push(o.sample(o.errors, 1, "method", method, "kind", string(kind)))
}

// Retry implements chain.Observer.
func (o *observer) Retry(method string, kind fault.Kind) {
	o.push(o.sample(o.retries, 1, "method", method, "kind", string(kind)))
}

// Block implements chain.Observer.
func (o *observer) Block(number uint64) {
	if o.late.higher(number) {
		o.push(o.sample(o.block, float64(number)))
	}
}

// GapFilled implements chain.Observer.
func (o *observer) GapFilled() { o.count(o.healed) }

// Transaction implements chain.Observer.
func (o *observer) Transaction(event chain.TxEvent) { o.count(o.events[event]) }

// Mined implements chain.Observer.
func (o *observer) Mined(timeToMine time.Duration, gasUsed uint64) {
	samples := []metrics.Sample{o.sample(o.gasUsed, float64(gasUsed))}
	if timeToMine > 0 {
		samples = append(samples, o.sample(o.timeToMine, metrics.D(timeToMine)))
	}
	o.push(samples...)
}

// lateCounts is what all VUs of a process share about samples: counts that came after their iteration, and the highest
// block pushed.
type lateCounts struct {
	mu      sync.Mutex
	counts  map[*metrics.Metric]float64
	highest uint64
}

func (l *lateCounts) add(metric *metrics.Metric) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[*metrics.Metric]float64{}
	}
	l.counts[metric]++
}

func (l *lateCounts) take() map[*metrics.Metric]float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := l.counts
	l.counts = nil
	return counts
}

func (l *lateCounts) higher(number uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number <= l.highest {
		return false
	}
	l.highest = number
	return true
}
