package river

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkEvent(b *testing.B) {
	delegate := newDelegate(b)
	for b.Loop() {
		if _, err := delegate.Event([]byte(channelMessage), now); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	envelope := newEnvelope(b, channelMessage)
	known := &Verifier{}
	_, err := known.Open(envelope)
	require.NoError(b, err)
	for name, verifier := range map[string]func() *Verifier{
		"first": func() *Verifier { return &Verifier{} },
		"again": func() *Verifier { return known },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := verifier().Open(envelope); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
