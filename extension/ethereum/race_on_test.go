//go:build race

package ethereum_test

// raceEnabled: timings mean nothing under the race detector.
const raceEnabled = true
