package rpctest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Fault is one way to misbehave. Those that concern single calls of a batch (Refuse) leave the others alone.
type Fault struct {
	name string
	// before the chain sees the calls: true ends the request there.
	before func(n *Node, w http.ResponseWriter, r *http.Request) bool
	// item refuses single calls: the first of a request, or each transaction of it.
	item *Failure
	once bool
	only string // method; "" is any
	// after mangles the answer to calls that the chain has processed.
	after func(w http.ResponseWriter, r *http.Request, body []byte)
}

// String names the fault.
func (f *Fault) String() string { return f.name }

// The ways to misbehave.
var (
	// Drop closes the connection without processing anything.
	Drop = &Fault{
		name:   "drop",
		before: func(_ *Node, w http.ResponseWriter, _ *http.Request) bool { hangUp(w); return true },
	}
	// Lose processes everything and closes the connection without an answer.
	Lose = &Fault{name: "lose", after: func(w http.ResponseWriter, _ *http.Request, _ []byte) { hangUp(w) }}
	// Half sends the first half of the answer's JSON as if it were all.
	Half = &Fault{
		name:  "half",
		after: func(w http.ResponseWriter, _ *http.Request, body []byte) { _, _ = w.Write(body[:len(body)/2]) },
	}
	// Cut announces the whole answer and closes the connection in its middle.
	Cut = &Fault{name: "cut", after: func(w http.ResponseWriter, _ *http.Request, body []byte) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		hangUp(w)
	}}
	// WrongID answers somebody else's question.
	WrongID = &Fault{name: "wrong id", after: func(w http.ResponseWriter, _ *http.Request, body []byte) {
		var replies []map[string]any
		if json.Unmarshal(body, &replies) != nil {
			replies = make([]map[string]any, 1)
			_ = json.Unmarshal(body, &replies[0])
			replies[0]["id"] = 987_654_321
			_ = json.NewEncoder(w).Encode(replies[0])
			return
		}
		for _, reply := range replies {
			reply["id"] = 987_654_321
		}
		_ = json.NewEncoder(w).Encode(replies)
	}}
	// HTML is a proxy's error page with status 200.
	HTML = &Fault{
		name:  "html",
		after: func(w http.ResponseWriter, _ *http.Request, _ []byte) { _, _ = w.Write([]byte("<html>hello</html>")) },
	}
	// Shuffled answers a batch in reverse order, which JSON-RPC allows.
	Shuffled = &Fault{name: "shuffled", after: func(w http.ResponseWriter, _ *http.Request, body []byte) {
		var replies []json.RawMessage
		if json.Unmarshal(body, &replies) != nil {
			_, _ = w.Write(body)
			return
		}
		for i, j := 0, len(replies)-1; i < j; i, j = i+1, j-1 {
			replies[i], replies[j] = replies[j], replies[i]
		}
		_ = json.NewEncoder(w).Encode(replies)
	}}
)

// TooMany is HTTP 429; after is the Retry-After header, if not empty.
func TooMany(after string) *Fault { return Status(http.StatusTooManyRequests, after) }

// Status answers with an HTTP status and processes nothing.
func Status(code int, retryAfter string) *Fault {
	return &Fault{
		name: fmt.Sprintf("status %d", code),
		before: func(_ *Node, w http.ResponseWriter, _ *http.Request) bool {
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			http.Error(w, "no", code)
			return true
		},
	}
}

// Refuse answers with a JSON-RPC error inside HTTP 200 and does not process the call; in a batch, the first call and
// all transactions.
func Refuse(code int, message string) *Fault {
	return &Fault{name: message, item: &Failure{Code: code, Message: message}}
}

// RefuseSend is Refuse for transactions only; other calls pass.
func RefuseSend(code int, message string) *Fault {
	return &Fault{name: message, item: &Failure{Code: code, Message: message}, only: "eth_sendRawTransaction"}
}

// RefuseFirst refuses the first call of a batch only.
func RefuseFirst(code int, message string) *Fault {
	return &Fault{name: message, item: &Failure{Code: code, Message: message}, once: true}
}

// Delay processes late.
func Delay(wait time.Duration) *Fault {
	return &Fault{name: "delay " + wait.String(), before: func(n *Node, _ http.ResponseWriter, r *http.Request) bool {
		return !n.sleep(r, wait)
	}}
}

// Late processes at once and answers late.
func Late(wait time.Duration) *Fault {
	return &Fault{name: "late " + wait.String(), after: func(w http.ResponseWriter, r *http.Request, body []byte) {
		select {
		case <-time.After(wait):
			_, _ = w.Write(body)
		case <-r.Context().Done():
		}
	}}
}

type faults struct {
	queued map[string][]*Fault
	silent time.Time
	chaos  []*Fault
	chance float64
	random *rand.Rand
	struck map[string]int
}

// Fail makes the next requests that contain method fail, one fault each; nil lets one pass.
func (n *Node) Fail(method string, list ...*Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.faults.queued == nil {
		n.faults.queued = map[string][]*Fault{}
	}
	n.faults.queued[method] = append(n.faults.queued[method], list...)
}

// Chaos gives each request one of list with the given chance. No list ends it.
func (n *Node) Chaos(seed uint64, chance float64, list ...*Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults.chaos, n.faults.chance = list, chance
	n.faults.random = rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // repeatable
	if n.faults.struck == nil {
		n.faults.struck = map[string]int{}
	}
}

// Struck is how often chaos chose each fault, by its name.
func (n *Node) Struck() map[string]int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return maps.Clone(n.faults.struck)
}

// Silence keeps every request waiting that arrives in the time to come, like a stopped process, and then answers those
// still there.
func (n *Node) Silence(duration time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults.silent = time.Now().Add(duration)
}

// pick takes the fault of a request.
func (f *faults) pick(calls []call) *Fault {
	for _, call := range calls {
		if list := f.queued[call.Method]; len(list) > 0 {
			f.queued[call.Method] = list[1:]
			return list[0]
		}
	}
	if wait := time.Until(f.silent); wait > 0 {
		return Delay(wait)
	}
	if len(f.chaos) > 0 && f.random.Float64() < f.chance {
		fault := f.chaos[f.random.IntN(len(f.chaos))]
		f.struck[fault.name]++
		return fault
	}
	return nil
}

// answer serves calls as fault wants it.
func (n *Node) answer(w http.ResponseWriter, r *http.Request, calls []call, batch bool, fault *Fault) {
	if fault == nil {
		fault = &Fault{}
	}
	if fault.before != nil && fault.before(n, w, r) {
		return
	}
	refused := false
	replies := n.process(calls, func(method string) *Failure {
		if fault.item == nil || (fault.only != "" && fault.only != method) ||
			(refused && (fault.once || method != "eth_sendRawTransaction")) {
			return nil
		}
		refused = true
		return fault.item
	})
	var whole any = replies
	if !batch {
		whole = replies[0]
	}
	body, err := json.Marshal(whole)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	if fault.after != nil {
		fault.after(w, r, body)
		return
	}
	_, _ = w.Write(body)
}

func (n *Node) sleep(r *http.Request, wait time.Duration) bool {
	select {
	case <-time.After(wait):
		return true
	case <-r.Context().Done(): // a stopped process would process it all the same
		return true
	case <-n.stop:
		return false
	}
}

// hangUp resets the connection.
func hangUp(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}
