package pool

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/fault"
)

// wait bounds what must happen soon.
const wait = 5 * time.Second

func newPool(t *testing.T, options Options) *Pool {
	t.Helper()
	require.NoError(t, options.Check())
	return New(options)
}

// fund demands up to most indices and offers them.
func fund(t *testing.T, p *Pool, most int) []int {
	t.Helper()
	indices, err := p.Demand(t.Context(), most, time.Time{})
	require.NoError(t, err)
	require.NoError(t, p.Offer(indices))
	return indices
}

func take(t *testing.T, p *Pool) int {
	t.Helper()
	lease, err := p.Take(t.Context(), wait)
	require.NoError(t, err)
	require.True(t, lease.Claim())
	return lease.Index
}

func TestIndicesOfAnInstance(t *testing.T) {
	t.Parallel()
	p := newPool(t, Options{Instance: 1, Instances: 3, Planned: 5, Size: 10})
	require.Equal(t, Stats{Highest: -1}, p.Stats())
	require.Equal(t, []int{1, 4}, fund(t, p, 2))
	require.Equal(t, []int{7, 10, 13}, fund(t, p, 9))
	require.Empty(t, fund(t, p, 9), "all planned are reserved")
	require.Equal(t, 1, take(t, p))
	require.Equal(t, 4, take(t, p))
	require.Equal(t, Stats{Waiting: 3, Taken: 2, Offered: 5, Highest: 13}, p.Stats())
}

func TestTakersAreServedInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 100, Size: 5})
		type served struct{ taker, index int }
		results := make(chan served, 5)
		for i := range 5 {
			go func() {
				lease, err := p.Take(t.Context(), wait)
				if err != nil {
					results <- served{i, -1}
					return
				}
				results <- served{i, lease.Index}
			}()
			synctest.Wait()
			require.Equal(t, i+1, p.Stats().Takers)
		}
		indices, err := p.Demand(t.Context(), 5, time.Time{})
		require.NoError(t, err)
		for i, index := range indices {
			require.NoError(t, p.Offer([]int{index}))
			require.Equal(t, served{i, i}, <-results)
		}
	})
}

func TestTakeTimesOutAndSaysWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 50, Size: 20})
		indices, err := p.Demand(t.Context(), 20, time.Time{})
		require.NoError(t, err)
		start := time.Now()
		_, err = p.Take(t.Context(), 30*time.Millisecond)
		require.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
		var typed *fault.Error
		require.ErrorAs(t, err, &typed)
		require.Equal(t, fault.Timeout, typed.Kind)
		require.Equal(t, "no funded wallet within 30ms: pool of 20, 0 waiting, 20 being funded", typed.Message)
		require.Equal(t, 0, p.Stats().Takers)

		require.NoError(t, p.Offer(indices))
		require.Equal(t, 0, take(t, p), "the one that gave up takes none")

		spent := newPool(t, Options{Instances: 1, Planned: 0, Size: 20})
		_, err = spent.Take(t.Context(), time.Millisecond)
		require.ErrorContains(t, err, "all 0 planned were given out")
	})
}

func TestTakenByACutIterationGoesBackToTheFront(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 10, Size: 4})
		fund(t, p, 4)

		ctx, cancel := context.WithCancel(t.Context())
		lease, err := p.Take(ctx, wait)
		require.NoError(t, err)
		require.Equal(t, 0, lease.Index)
		cancel() // before the script got it
		synctest.Wait()
		require.Equal(t, 4, p.Stats().Waiting)
		require.False(t, lease.Claim())
		require.Equal(t, 0, p.Stats().Taken)
		require.Equal(t, 0, take(t, p))

		ctx, cancel = context.WithCancel(t.Context())
		lease, err = p.Take(ctx, wait)
		require.NoError(t, err)
		require.True(t, lease.Claim())
		cancel() // after: it is the user's
		lease.Release()
		require.Equal(t, Stats{Waiting: 2, Taken: 2, Offered: 4, Highest: 3}, p.Stats())
	})
}

func TestAWalletThatComesBackServesTheNextTaker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 1, Size: 1})
		fund(t, p, 1)
		lease, err := p.Take(t.Context(), wait)
		require.NoError(t, err)
		got := make(chan int)
		go func() {
			next, err := p.Take(t.Context(), wait)
			if err != nil {
				got <- -1
				return
			}
			got <- next.Index
		}()
		synctest.Wait()
		require.Equal(t, 1, p.Stats().Takers)
		lease.Release()
		require.Equal(t, 0, <-got)
	})
}

func TestDemandWaitsForAWorthwhileBatch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 1000, Size: 40})
		fund(t, p, 20)
		fund(t, p, 20)
		batch := make(chan []int)
		go func() {
			indices, _ := p.Demand(t.Context(), 20, time.Time{})
			batch <- indices
		}()
		for range 19 {
			take(t, p)
		}
		select {
		case indices := <-batch:
			require.Fail(t, "too early", "%v", indices)
		case <-time.After(50 * time.Millisecond):
		}
		take(t, p)
		require.Len(t, <-batch, 20)
	})
}

func TestDemandBeyondHalfThePoolDoesNotWaitForItToBeEmpty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 1000, Size: 40})
		require.Len(t, fund(t, p, 500), 40)
		batch := make(chan []int)
		go func() {
			indices, _ := p.Demand(t.Context(), 500, time.Time{})
			batch <- indices
		}()
		for range 20 {
			take(t, p)
		}
		require.Len(t, <-batch, 20)
	})
}

func TestDemandServesStarvingTakersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 1000, Size: 10})
		held, err := p.Demand(t.Context(), 10, time.Time{}) // all that the pool is to hold is being funded
		require.NoError(t, err)
		require.Len(t, held, 10)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for range 11 { // one more than that
			go func() { _, _ = p.Take(ctx, wait) }()
		}
		synctest.Wait()
		require.Equal(t, 11, p.Stats().Takers)
		indices, err := p.Demand(t.Context(), 100, time.Time{})
		require.NoError(t, err)
		require.Len(t, indices, 11)
	})
}

func TestDemandEnds(t *testing.T) {
	t.Parallel()
	full := func(t *testing.T) *Pool {
		t.Helper()
		p := newPool(t, Options{Instances: 1, Planned: 100, Size: 4})
		fund(t, p, 4)
		return p
	}
	t.Run("at the deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			p := full(t)
			start := time.Now()
			indices, err := p.Demand(t.Context(), 4, start.Add(30*time.Millisecond))
			require.NoError(t, err)
			require.Nil(t, indices)
			require.GreaterOrEqual(t, time.Since(start), 30*time.Millisecond)
			indices, err = p.Demand(t.Context(), 4, time.Now().Add(-time.Second))
			require.NoError(t, err)
			require.Nil(t, indices)
		})
	})
	t.Run("with its iteration", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			p := full(t)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			_, err := p.Demand(ctx, 4, time.Time{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			for range 4 { // the one that left gets nothing, so nothing is lost
				take(t, p)
			}
			require.Len(t, fund(t, p, 4), 4)
		})
	})
	t.Run("when the pool is closed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			p := full(t)
			ended := make(chan []int)
			go func() {
				indices, _ := p.Demand(t.Context(), 4, time.Time{})
				ended <- indices
			}()
			synctest.Wait()
			p.Close()
			require.Nil(t, <-ended)
			require.Equal(t, 0, take(t, p), "what waits can still be taken")
		})
	})
	t.Run("when the last one is reserved by another", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			p := newPool(t, Options{Instances: 1, Planned: 6, Size: 4})
			fund(t, p, 4)
			ended := make(chan int, 2)
			for range 2 {
				go func() {
					indices, _ := p.Demand(t.Context(), 2, time.Time{})
					ended <- len(indices)
				}()
			}
			take(t, p)
			take(t, p)
			require.ElementsMatch(t, []int{0, 2}, []int{<-ended, <-ended})
		})
	})
}

func TestCloseEndsTakers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 10, Size: 4})
		failed := make(chan error)
		go func() {
			_, err := p.Take(t.Context(), wait)
			failed <- err
		}()
		synctest.Wait()
		require.Equal(t, 1, p.Stats().Takers)
		p.Close()
		require.ErrorIs(t, <-failed, errClosed)
		_, err := p.Take(t.Context(), wait)
		require.ErrorIs(t, err, errClosed)
	})
}

func TestReservationsGoBackWithTheirIteration(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPool(t, Options{Instances: 1, Planned: 10, Size: 10})
		ctx, cancel := context.WithCancel(t.Context())
		indices, err := p.Demand(ctx, 5, time.Time{})
		require.NoError(t, err)
		require.Equal(t, []int{0, 1, 2, 3, 4}, indices)
		require.NoError(t, p.Offer([]int{1}))
		require.NoError(t, p.GiveBack([]int{3}))
		again, err := p.Demand(t.Context(), 1, time.Time{}) // by another iteration, which goes on
		require.NoError(t, err)
		require.Equal(t, []int{3}, again)
		cancel()
		synctest.Wait()
		require.Equal(t, 1, p.Stats().Reserved)
		require.NoError(t, p.Offer(again))
		next, err := p.Demand(t.Context(), 8, time.Time{})
		require.NoError(t, err)
		require.Equal(t, []int{0, 2, 4, 5, 6, 7, 8, 9}, next)
	})
}

func TestOnlyReservedIndicesAreAccepted(t *testing.T) {
	t.Parallel()
	p := newPool(t, Options{Instances: 1, Planned: 10, Size: 10})
	indices, err := p.Demand(t.Context(), 5, time.Time{})
	require.NoError(t, err)
	for _, wrong := range [][]int{{7}, {0, 7}, {-1}, {0, 0}} {
		require.ErrorContains(t, p.Offer(wrong), "is not reserved")
		require.ErrorContains(t, p.GiveBack(wrong), "is not reserved")
	}
	require.Equal(t, 5, p.Stats().Reserved, "a refused call changes nothing")
	require.NoError(t, p.Offer(indices))
	require.ErrorContains(t, p.Offer(indices), "wallet 0 is not reserved")
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for want, options := range map[string]Options{
		"instances": {Instances: 0, Size: 1},
		"instance:": {Instance: 2, Instances: 2, Size: 1},
		"planned":   {Instances: 1, Planned: -1, Size: 1},
		"size":      {Instances: 1},
	} {
		require.ErrorContains(t, options.Check(), want)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	var r Registry[int]
	_, err := r.Open("a", func() (int, error) { return 0, errors.New("no") })
	require.Error(t, err)
	first, err := r.Open("a", func() (int, error) { return 1, nil })
	require.NoError(t, err)
	again, err := r.Open("a", func() (int, error) { return 2, nil })
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{first, again})
}
