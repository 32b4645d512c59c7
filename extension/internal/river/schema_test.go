package river

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

var update = flag.Bool("update", false, "rewrite river.json from the files of proto/")

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
		compiled, err := protojson.Marshal(set)
		require.NoError(t, err)
		var text bytes.Buffer
		require.NoError(t, json.Indent(&text, compiled, "", " ")) // protojson varies its spaces on purpose
		require.NoError(t, os.WriteFile("river.json", append(text.Bytes(), '\n'), 0o644))
		return
	}
	var embedded descriptorpb.FileDescriptorSet
	require.NoError(t, protojson.Unmarshal(descriptors, &embedded))
	require.True(
		t,
		proto.Equal(set, &embedded),
		"proto/river.proto or river-types.proto has changed: go test ./internal/river -run TestDescriptors -update",
	)
}
