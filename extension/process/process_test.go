package process_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/metrics"

	"github.com/onrush/onrush/extension/encryption"
	"github.com/onrush/onrush/extension/internal/jstest"
	"github.com/onrush/onrush/extension/process"
)

func newVU(t *testing.T, root *process.Root) *jstest.VU {
	t.Helper()
	return jstest.New(t, map[string]modules.Module{"k6/x/process": root, "k6/x/encryption": encryption.New()})
}

func TestUsage(t *testing.T) {
	t.Parallel()
	vu := newVU(t, process.New())
	value, err := vu.Run(`
		process.startWindow();
		const first = process.usage();
		encryption.pgpEncrypt("x", "pw");
		const second = process.usage();
		process.startWindow(); // ignored
		const third = process.usage();
		process.endWindow();
		const ended = process.usage();
		encryption.pgpEncrypt("x", "pw");
		const after = process.usage();
		process.endWindow(); // the last one counts
		const last = process.usage();
		const failures = [];
		const claim = (what, holds) => { if (!holds) failures.push(what) };
		claim("memory is bytes of a process", first.memory > 5e6 && first.memory < 5e9);
		claim("peak is at least now", first.memoryPeak >= first.memory);
		claim("hashing takes CPU", second.cpuSeconds > first.cpuSeconds);
		claim("hashing is counted", second.kdfSeconds - first.kdfSeconds > 0.001);
		claim("hashing is a part of CPU", second.kdfSeconds <= second.cpuSeconds + 0.01);
		claim("time goes on", second.seconds > first.seconds);
		claim("a second start is ignored", third.seconds > second.seconds && third.cpuSeconds >= second.cpuSeconds);
		claim("an ended window stands still", after.seconds === ended.seconds && after.cpuSeconds === ended.cpuSeconds && after.kdfSeconds === ended.kdfSeconds);
		claim("the last end counts", last.seconds > ended.seconds && last.kdfSeconds > ended.kdfSeconds);
		return failures.join("; ") + JSON.stringify([first, second, third, ended, after, last]);
	`)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(value.String(), "["), value.String())
}

func TestWithoutAWindowTheProcessIsMeasured(t *testing.T) {
	t.Parallel()
	vu := newVU(t, process.New())
	require.Equal(t, "true", vu.MustText(`process.usage().cpuSeconds > 0 && process.usage().seconds >= 0`))
}

// TestGaugesComeOnceASecond samples from several VUs at once.
func TestGaugesComeOnceASecond(t *testing.T) {
	t.Parallel()
	root := process.New()
	vus := []*jstest.VU{newVU(t, root), newVU(t, root), newVU(t, root)}
	now := time.Now()
	root.SetClock(func() time.Time { return now })
	for _, later := range []time.Duration{0, 999 * time.Millisecond, time.Millisecond, 500 * time.Millisecond} {
		now = now.Add(later)
		var sampling sync.WaitGroup
		for _, vu := range vus {
			sampling.Go(func() {
				_, err := vu.Run(`for (let i = 0; i < 100; i++) process.sample()`)
				if err != nil {
					panic(err)
				}
			})
		}
		sampling.Wait()
	}
	seen := map[string]int{}
	for _, vu := range vus {
		close(vu.Samples)
		for container := range vu.Samples {
			for _, sample := range container.GetSamples() {
				seen[sample.Metric.Name]++
				require.Equal(t, metrics.Gauge, sample.Metric.Type)
				require.Positive(t, sample.Value+1, "a gauge is not negative")
				require.False(t, sample.Time.IsZero())
			}
		}
	}
	require.Equal(t, map[string]int{
		"process_memory_bytes":            2,
		"process_memory_peak_bytes":       2,
		"process_cpu_percent":             2,
		"process_cpu_without_kdf_percent": 2,
	}, seen)
}

func TestSampleInInitCodeIsAnError(t *testing.T) {
	t.Parallel()
	runtime := modulestest.NewRuntime(t)
	require.NoError(t, runtime.SetupModuleSystem(map[string]any{"k6/x/process": process.New()}, nil, nil))
	_, err := runtime.VU.Runtime().RunString(`require("k6/x/process").sample()`)
	require.ErrorContains(t, err, "init code")
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	root := process.New()
	a, b := newVU(t, root), newVU(t, root)
	const open = `const breaker = new process.CircuitBreaker({ name: "b", limit: 3 }); `
	say := func(vu *jstest.VU, code string) string {
		value, err := vu.Run(open + code + `; return [breaker.open, breaker.consecutive].join()`)
		require.NoError(t, err)
		return value.String()
	}
	require.Equal(t, "false,2", say(a, `breaker.failure(); breaker.failure()`))
	require.Equal(t, "false,0", say(b, `breaker.success()`))
	require.Equal(t, "false,2", say(b, `breaker.failure(); breaker.failure()`))
	value, err := a.Run(open + `return [breaker.failure(), breaker.failure(), breaker.open].join()`)
	require.NoError(t, err)
	require.Equal(t, "true,false,true", value.String(), "true exactly once")
	require.Equal(t, "true,0", say(b, `breaker.success()`), "it stays open")
	require.Equal(t, "false", b.MustText(`new process.CircuitBreaker({ name: "other", limit: 1 }).open`))
	for expression, want := range map[string]string{
		`new process.CircuitBreaker({ name: "x", limit: 0 })`: "options.limit: want at least 1",
		`new process.CircuitBreaker({ limit: 1 })`:            "options.name: want a string",
		`new process.CircuitBreaker()`:                        "options: want an object",
	} {
		_, err := a.Eval(expression)
		require.ErrorContains(t, err, want, expression)
	}
}

// TestBreakerOpensOnce under contention.
func TestBreakerOpensOnce(t *testing.T) {
	t.Parallel()
	root := process.New()
	var failing sync.WaitGroup
	opened := make(chan string, 8)
	for range 8 {
		vu := newVU(t, root)
		failing.Go(func() {
			value, err := vu.Run(`const breaker = new process.CircuitBreaker({ name: "b", limit: 500 });
				let opened = 0; for (let i = 0; i < 200; i++) if (breaker.failure()) opened++; return opened`)
			if err != nil {
				panic(err)
			}
			opened <- value.String()
		})
	}
	failing.Wait()
	close(opened)
	total := ""
	for each := range opened {
		total += each
	}
	require.Equal(t, 1, strings.Count(total, "1"), total)
}

func TestReadTextFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	vu := newVU(t, process.New())
	read := func(path string) (string, error) {
		require.NoError(t, vu.Runtime.VU.Runtime().Set("path", path))
		value, err := vu.Eval(`process.readTextFile(path)`)
		if err != nil {
			return "", err
		}
		return value.String(), nil
	}
	text, err := read(write("text", []byte("hällo\n")))
	require.NoError(t, err)
	require.Equal(t, "hällo\n", text)
	text, err = read(write("full", []byte(strings.Repeat("x", 64<<10))))
	require.NoError(t, err)
	require.Len(t, text, 64<<10)
	for want, path := range map[string]string{
		"larger than 65536 bytes":      write("large", make([]byte, 64<<10+1)),
		"not UTF-8 text":               write("binary", []byte{0xff, 0xfe}),
		"no such file or directory":    filepath.Join(folder, "none"),
		"it is not a regular file":     folder,
		"cannot read \"/dev/zero\"":    "/dev/zero",
		"cannot read \"\": no such fi": "",
	} {
		_, err := read(path)
		require.ErrorContains(t, err, want)
	}
	_, err = vu.Eval(`process.readTextFile({})`)
	require.ErrorContains(t, err, "path: want a string, got an object")
}

func TestNothingCrashes(t *testing.T) {
	t.Parallel()
	newVU(t, process.New()).Abuse(`process`)
}

func TestMemoriesAreShared(t *testing.T) {
	t.Parallel()
	root := process.New()
	writer, reader := newVU(t, root), newVU(t, root)
	_, err := writer.Run(
		`process.remember("token", "abc"); process.remember("short", "x", Date.now() + 60000); process.remember("over", "x", Date.now() - 1)`,
	)
	require.NoError(t, err)
	value, err := reader.Run(
		`return JSON.stringify([process.recall("token"), process.recall("short"), process.recall("over"), process.recall("never")])`,
	)
	require.NoError(t, err)
	require.JSONEq(t, `["abc", "x", null, null]`, value.String())

	_, err = writer.Run(`for (let i = 0; i < 2000; i++) process.remember("user " + i, "x")`)
	require.ErrorContains(t, err, "more than 1000 keys")
	_, err = writer.Run(`process.remember("token", "other")`)
	require.NoError(t, err, "a known key can always be renewed")
	for _, bad := range []string{`process.remember()`, `process.remember("k")`, `process.remember("k", "t", "soon")`, `process.recall()`} {
		_, err = writer.Run(bad)
		require.Error(t, err, bad)
	}
}

func TestClaims(t *testing.T) {
	t.Parallel()
	root := process.New()
	one, two := newVU(t, root), newVU(t, root)
	require.Equal(t, "true", one.MustText(`process.claim("block 5", Date.now() + 60000)`))
	require.Equal(t, "false", two.MustText(`process.claim("block 5", Date.now() + 60000)`))
	require.Equal(t, "true", two.MustText(`process.claim("block 6", Date.now() - 1)`))
	require.Equal(t, "true", one.MustText(`process.claim("block 6", Date.now() + 60000)`), "its time was over")
	require.Equal(t, "false", one.MustText(`process.claim("block 6", Date.now() + 60000)`), "also for the one who has it")
	// Those whose time is over make room.
	_, err := one.Run(`for (let i = 0; i < 2000; i++) process.claim("old " + i, Date.now() - 1)`)
	require.NoError(t, err)
	require.Equal(t, "false", two.MustText(`process.claim("block 5", Date.now() + 60000)`))
	_, err = one.Run(`for (let i = 0; i < 2000; i++) process.claim("user " + i, Date.now() + 60000)`)
	require.ErrorContains(t, err, "more than 1000 keys at a time")
	for _, bad := range []string{`process.claim()`, `process.claim("k")`, `process.claim("k", "soon")`} {
		_, err := one.Eval(bad)
		require.Error(t, err, bad)
	}
}
