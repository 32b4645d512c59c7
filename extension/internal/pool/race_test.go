package pool

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestEachWalletGoesToExactlyOneUser runs users and workers that are cut off, fail and give back at random, and counts
// at the end.
func TestEachWalletGoesToExactlyOneUser(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const (
			planned = 2000
			users   = 64
			workers = 7
		)
		p := newPool(t, Options{Instance: 2, Instances: 3, Planned: planned, Size: 60})
		var (
			mu       sync.Mutex
			got      []int
			offered  []int
			cutTakes int
		)
		done := make(chan struct{}) // all wallets are with users

		var working sync.WaitGroup
		for seed := range workers {
			working.Go(func() {
				random := rand.New(rand.NewPCG(1, uint64(seed)))
				for {
					select {
					case <-done:
						return
					default:
					}
					// An iteration of a worker: it may be cut off at any point.
					ctx, end := context.WithTimeout(context.Background(), time.Duration(1+random.IntN(20))*time.Millisecond)
					indices, err := p.Demand(ctx, 1+random.IntN(30), time.Now().Add(10*time.Millisecond))
					if err == nil && len(indices) > 0 {
						keep := random.IntN(len(indices) + 1)
						mu.Lock()
						if p.Offer(indices[:keep]) == nil { // refused when the iteration was cut off just now
							offered = append(offered, indices[:keep]...)
						}
						mu.Unlock()
						if random.IntN(2) == 0 {
							_ = p.GiveBack(indices[keep:])
						} // else they go back with the iteration
					}
					end()
					time.Sleep(time.Millisecond) // a worker that finds nothing to do must not stop the bubble's clock
				}
			})
		}

		var using sync.WaitGroup
		for seed := range users {
			using.Go(func() {
				random := rand.New(rand.NewPCG(2, uint64(seed)))
				for {
					mu.Lock()
					enough := len(got) == planned
					mu.Unlock()
					if enough {
						return
					}
					ctx, end := context.WithTimeout(context.Background(), time.Duration(random.IntN(5000))*time.Microsecond)
					lease, err := p.Take(ctx, time.Duration(random.IntN(5000))*time.Microsecond)
					if err == nil {
						if random.IntN(3) == 0 {
							end() // cut off before the script has it; which of the two comes first is a matter of luck
							if random.IntN(2) == 0 {
								time.Sleep(time.Millisecond)
							}
							cut := !lease.Claim()
							mu.Lock()
							if cut {
								cutTakes++
							} else {
								got = append(got, lease.Index)
							}
							mu.Unlock()
						} else if lease.Claim() {
							mu.Lock()
							got = append(got, lease.Index)
							mu.Unlock()
						}
					}
					end()
				}
			})
		}
		finished := make(chan struct{})
		go func() {
			using.Wait()
			close(finished)
		}()
		select {
		case <-finished:
		case <-time.After(2 * time.Minute):
			require.Fail(t, "wallets were lost", "%d of %d, %+v", len(got), planned, p.Stats())
		}
		close(done)
		working.Wait()

		want := make([]int, planned)
		for i := range want {
			want[i] = 2 + 3*i
		}
		slices.Sort(got)
		slices.Sort(offered)
		require.Equal(t, want, got, "each index to exactly one user")
		require.Equal(t, want, offered, "each index funded once")
		require.Equal(t, Stats{Taken: planned, Offered: planned, Highest: want[planned-1]}, p.Stats())
		require.Positive(t, cutTakes, "the test cut nobody off")
	})
}

// TestBatchesAreWorthTheirTransaction plays the streaming scenario's load, 20 times as fast: 60 users/s and 5 workers
// whose transaction takes 50 ms, a pool of 100 and batches of 20.
func TestBatchesAreWorthTheirTransaction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const users, most = 300, 20
		p := newPool(t, Options{Instances: 1, Planned: users, Size: 100})
		var (
			mu      sync.Mutex
			batches []int
			working sync.WaitGroup
		)
		for range 5 {
			working.Go(func() {
				for {
					indices, err := p.Demand(context.Background(), most, time.Time{})
					if err != nil || indices == nil {
						return
					}
					time.Sleep(50 * time.Millisecond)
					mu.Lock()
					batches = append(batches, len(indices))
					if p.Offer(indices) != nil {
						panic("refused")
					}
					mu.Unlock()
				}
			})
		}
		time.Sleep(100 * time.Millisecond)
		var longest time.Duration
		for range users {
			lease, err := p.Take(t.Context(), wait)
			require.NoError(t, err)
			require.True(t, lease.Claim())
			longest = max(longest, lease.Waited)
			time.Sleep(time.Second / 60)
		}
		working.Wait() // ends by itself: all planned are reserved
		t.Logf("%d transactions: %v; longest wait %s", len(batches), batches, longest)
		require.Len(t, batches, users/most)
		require.Less(t, longest, 500*time.Millisecond) // the pool never ran dry
	})
}

// TestStorm: all users at once, as after a stall.
func TestStorm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const users = 1000
		p := newPool(t, Options{Instances: 1, Planned: users, Size: 100})
		failures := make(chan error, users)
		var taking sync.WaitGroup
		for range users {
			taking.Go(func() {
				lease, err := p.Take(context.Background(), wait)
				if err == nil && !lease.Claim() {
					err = errors.New("not claimed")
				}
				if err != nil {
					failures <- err
				}
			})
		}
		var batches int
		for {
			indices, err := p.Demand(t.Context(), 200, time.Time{})
			require.NoError(t, err)
			if indices == nil {
				break
			}
			batches++
			require.NoError(t, p.Offer(indices))
		}
		taking.Wait()
		require.Empty(t, failures)
		require.LessOrEqual(t, batches, 30)
	})
}
