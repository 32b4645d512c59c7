package process

import (
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/jstest"
)

func TestGCPercentFor(t *testing.T) {
	t.Parallel()
	require.Equal(t, 400, gcPercentFor(0), "before the first collection nothing is known to live")
	require.Equal(t, 400, gcPercentFor(10<<20))
	require.Equal(t, 200, gcPercentFor(50<<20))
	require.Equal(t, 100, gcPercentFor(100<<20))
	require.Equal(t, 50, gcPercentFor(200<<20), "100 MB more may pile up whatever lives")
	require.Equal(t, 25, gcPercentFor(600<<20), "large heaps grow by a quarter at most")
	require.Equal(t, 25, gcPercentFor(50<<30))
}

func TestTheCollectorFollowsWhatLives(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	c := newCollector()
	c.tune()
	first := c.percent
	require.Positive(t, first)
	require.Equal(t, first, debug.SetGCPercent(first))
	c.percent = first / 2 // what twice as much alive would have left
	c.tune()
	require.InDelta(t, first, c.percent, float64(first)*0.05)
	require.Equal(t, c.percent, debug.SetGCPercent(c.percent))
	c.percent = first + 1
	c.tune()
	require.Equal(t, first+1, c.percent, "a percent more or less is not worth stopping the world")
}

func TestTheCollectorIsTunedWhenAskedAndOnceASecond(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	root, now := New(), time.Now()
	root.SetClock(func() time.Time { return now })
	vu := jstest.New(t, map[string]modules.Module{"k6/x/process": root})
	vu.MustText(`[process.startWindow(), process.sample(), process.usage(), process.endWindow()]`)
	require.Zero(t, root.gc.percent, "nothing else touches the collector")
	vu.MustText(`process.tuneGC()`)
	require.Positive(t, root.gc.percent)
	root.gc.percent = 1
	vu.MustText(`process.tuneGC()`)
	require.Equal(t, 1, root.gc.percent)
	now = now.Add(time.Second)
	vu.MustText(`process.tuneGC()`)
	require.Greater(t, root.gc.percent, 1)
}

func TestAPaceOfTheUsersOwnIsLeftAlone(t *testing.T) {
	t.Setenv("GOGC", "80")
	before := debug.SetGCPercent(80)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	newCollector().tune()
	require.Equal(t, 80, debug.SetGCPercent(80))
}
