package river

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

var update = flag.Bool("update", false, "rewrite river.binpb from the files of proto/")

func TestDescriptors(t *testing.T) {
	t.Parallel()
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"../../../proto"},
	})}
	// In the order in which they need each other.
	files, err := compiler.Compile(context.Background(), "river.proto", "river-types.proto")
	require.NoError(t, err)
	set := &descriptorpb.FileDescriptorSet{}
	for _, file := range files {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(file))
	}
	if *update {
		compiled, err := toWire(set)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("river.binpb", compiled, 0o644))
		return
	}
	var embedded descriptorpb.FileDescriptorSet
	require.NoError(t, proto.Unmarshal(descriptors, &embedded))
	require.True(
		t,
		proto.Equal(set, &embedded),
		"proto/river.proto or river-types.proto has changed: go generate ./internal/river",
	)
}
