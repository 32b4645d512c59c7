package river

import (
	"github.com/ethereum/go-ethereum/common"
)

// Audit is what one reader of a stream knows of its completeness. A miniblock's header lists the hashes of all its
// events and is itself one of the stream's, so that what never came is known when the header comes, whoever made it and
// however little it said. For one reader; not safe for concurrent use.
type Audit struct {
	next    int64                    // number of the header that comes next
	waiting map[common.Hash]struct{} // came, and in no miniblock yet
	missing map[common.Hash]struct{} // in a miniblock, and did not come
	skipped int64                    // headers that did not come
}

// NewAudit begins with the events of the miniblock of that number: a reader's cookie names it.
func NewAudit(next int64) *Audit {
	return &Audit{next: next, waiting: map[common.Hash]struct{}{}, missing: map[common.Hash]struct{}{}}
}

// Take notes an event that came.
func (a *Audit) Take(event *Event) {
	if event.Payload() == "miniblockHeader" {
		a.seal(event)
		return
	}
	if _, late := a.missing[event.ID]; late {
		delete(a.missing, event.ID)
		return
	}
	a.waiting[event.ID] = struct{}{}
}

func (a *Audit) seal(event *Event) {
	num, hashes := event.miniblock()
	if num < a.next {
		return // it came before
	}
	a.skipped += num - a.next
	a.next = num + 1
	for i := range hashes.Len() {
		hash := common.BytesToHash(hashes.Get(i).Bytes())
		if _, came := a.waiting[hash]; came {
			delete(a.waiting, hash)
		} else {
			a.missing[hash] = struct{}{}
		}
	}
}

// Lost is how many events of the stream have not come so far, headers among them.
func (a *Audit) Lost() int64 { return int64(len(a.missing)) + a.skipped }

// Awaits tells whether the event came and no miniblock holds it yet.
func (a *Audit) Awaits(id common.Hash) bool {
	_, waits := a.waiting[id]
	return waits
}
