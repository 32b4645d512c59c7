package river

import (
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

const (
	// maxProofs is how many events each of a Verifier's two generations remembers as proven (about 8 MB each, full).
	maxProofs = 1 << 16
	// maxOpened is how many each of two generations keeps as they were read (about 10 MB, full): all users of a channel
	// are sent the same event within seconds.
	maxOpened = 1 << 12
)

// Verifier opens envelopes and remembers what it has proven: all users of a channel receive the same events, and
// recovering two keys costs a hundred times what everything else does. The zero value is ready; it is safe for
// concurrent use.
type Verifier struct {
	mu     sync.Mutex
	proven generations[struct{}]
	opened generations[*Event]
}

// proof is a signature of an event's hash. Bytes that differ in anything have another hash.
type proof struct {
	hash      common.Hash
	signature [crypto.SignatureLength]byte
}

// recall gives the event as it was read before, if it is still kept, and whether it is known to be proven.
func (v *Verifier) recall(one proof) (event *Event, proven bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if event, found := v.opened.get(one); found {
		return event, true
	}
	_, proven = v.proven.get(one)
	return nil, proven
}

// remember keeps a proven event.
func (v *Verifier) remember(one proof, event *Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.proven.put(one, struct{}{}, maxProofs)
	v.opened.put(one, event, maxOpened)
}

// generations is a map that forgets its older half when its newer one is full.
type generations[V any] struct{ recent, older map[proof]V }

func (g *generations[V]) get(one proof) (V, bool) {
	if value, found := g.recent[one]; found {
		return value, true
	}
	value, found := g.older[one]
	return value, found
}

func (g *generations[V]) put(one proof, value V, most int) {
	if len(g.recent) >= most {
		g.older, g.recent = g.recent, nil
	}
	if g.recent == nil {
		g.recent = map[proof]V{}
	}
	g.recent[one] = value
}
