package pool

import "sync"

// Registry keeps the pools of a process by name, with what their users attach to them. Safe for concurrent use.
type Registry[T any] struct {
	mu    sync.Mutex
	known map[string]T
}

// Open gives the pool of that name, made by create when there is none yet.
func (r *Registry[T]) Open(name string, create func() (T, error)) (T, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if known, ok := r.known[name]; ok {
		return known, nil
	}
	made, err := create()
	if err != nil {
		return made, err
	}
	if r.known == nil {
		r.known = map[string]T{}
	}
	r.known[name] = made
	return made, nil
}
