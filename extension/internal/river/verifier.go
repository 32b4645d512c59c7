package river

import (
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// maxProofs is how many events each of a Verifier's two generations remembers (about 8 MB each, full).
const maxProofs = 1 << 16

// Verifier opens envelopes and remembers what it has proven: all users of a channel receive the same events, and recovering two keys costs a
// hundred times what everything else does. The zero value is ready; it is safe for concurrent use.
type Verifier struct {
	mu            sync.Mutex
	recent, older map[proof]struct{}
}

// proof is a signature of an event's hash. Bytes that differ in anything have another hash.
type proof struct {
	hash      common.Hash
	signature [crypto.SignatureLength]byte
}

func (v *Verifier) knows(one proof) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, known := v.recent[one]; known {
		return true
	}
	_, known := v.older[one]
	return known
}

func (v *Verifier) remember(one proof) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.recent) >= maxProofs {
		v.older, v.recent = v.recent, nil
	}
	if v.recent == nil {
		v.recent = map[proof]struct{}{}
	}
	v.recent[one] = struct{}{}
}
