package river

import (
	"strconv"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
)

func opened(t testing.TB, fields string) *Event {
	t.Helper()
	event, err := new(Verifier).Open(newEnvelope(t, fields))
	require.NoError(t, err)
	return event
}

func headerOf(t testing.TB, num int, events ...*Event) *Event {
	t.Helper()
	hashes := make([]string, len(events))
	for i, event := range events {
		hashes[i] = strconv.Quote(base64Of(event.ID[:]))
	}
	return opened(
		t,
		`{"miniblockHeader": {"miniblockNum": "`+strconv.Itoa(
			num,
		)+`", "eventHashes": [`+strings.Join(
			hashes,
			", ",
		)+`], "none": {}}}`,
	)
}

func TestAudit(t *testing.T) {
	t.Parallel()
	event := func() *Event { return opened(t, channelMessage) }
	one, two, three := event(), event(), event()
	for name, test := range map[string]struct {
		came []*Event
		lost int64
	}{
		"nothing":                       {nil, 0},
		"all, and their header":         {[]*Event{one, two, headerOf(t, 5, one, two)}, 0},
		"no header yet":                 {[]*Event{one, two}, 0},
		"an empty miniblock":            {[]*Event{headerOf(t, 5)}, 0},
		"one did not come":              {[]*Event{one, headerOf(t, 5, one, two)}, 1},
		"none came":                     {[]*Event{headerOf(t, 5, one, two)}, 2},
		"one came late":                 {[]*Event{one, headerOf(t, 5, one, two), two}, 0},
		"one came twice":                {[]*Event{one, one, headerOf(t, 5, one)}, 0},
		"over two miniblocks":           {[]*Event{one, headerOf(t, 5, one), headerOf(t, 6, two), three, headerOf(t, 7, three)}, 1},
		"one that belongs to the next":  {[]*Event{one, two, headerOf(t, 5, one), headerOf(t, 6, two)}, 0},
		"a header did not come":         {[]*Event{one, headerOf(t, 6, two)}, 2},
		"many headers did not come":     {[]*Event{headerOf(t, 15)}, 10},
		"a header twice":                {[]*Event{one, headerOf(t, 5, one), headerOf(t, 5, one)}, 0},
		"a header of before the reader": {[]*Event{headerOf(t, 4, one), headerOf(t, 5)}, 0},
	} {
		audit := NewAudit(5)
		for _, came := range test.came {
			audit.Take(came)
		}
		require.Equal(t, test.lost, audit.Lost(), name)
	}
}

func TestAuditAwaits(t *testing.T) {
	t.Parallel()
	audit, one := NewAudit(0), opened(t, channelMessage)
	require.False(t, audit.Awaits(one.ID))
	audit.Take(one)
	require.True(t, audit.Awaits(one.ID))
	audit.Take(headerOf(t, 0, one))
	require.False(t, audit.Awaits(one.ID))
	require.False(t, audit.Awaits(common.Hash{}))
	require.Empty(t, audit.waiting, "what is sealed is not kept")
}
