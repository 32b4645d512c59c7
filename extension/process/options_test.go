package process_test

import (
	"testing"

	"github.com/onrush/onrush/extension/process"
)

func TestUnknownOptionsAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	newVU(t, process.New()).CheckOptions("process", process.Accepted, map[string]string{
		"CircuitBreaker": `new process.CircuitBreaker({ name: "b", limit: 1, %s })`,
	}, []string{
		"startWindow", "endWindow", "tuneGC", "usage", "sample", "readTextFile", "remember", "recall", "claim",
		"CircuitBreaker.success", "CircuitBreaker.failure",
	}, "testdata/options.json")
}
