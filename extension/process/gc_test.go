package process

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGCPercentFor(t *testing.T) {
	t.Parallel()
	require.Equal(t, 400, gcPercentFor(0), "before the first collection nothing is known to live")
	require.Equal(t, 400, gcPercentFor(10<<20))
	require.Equal(t, 200, gcPercentFor(50<<20))
	require.Equal(t, 100, gcPercentFor(100<<20))
	require.Equal(t, 50, gcPercentFor(600<<20), "large heaps grow by half at most")
	require.Equal(t, 50, gcPercentFor(50<<30))
}
