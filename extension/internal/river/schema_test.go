package river

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
)

var update = flag.Bool("update", false, "rewrite river.json from proto/river.proto")

func TestDescriptor(t *testing.T) {
	t.Parallel()
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"../../../proto"},
	})}
	files, err := compiler.Compile(context.Background(), "river.proto")
	require.NoError(t, err)
	compiled, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(protodesc.ToFileDescriptorProto(files[0]))
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("river.json", append(compiled, '\n'), 0o644))
		return
	}
	require.True(t, proto.Equal(protodesc.ToFileDescriptorProto(mustLoad(compiled)), protodesc.ToFileDescriptorProto(schema)),
		"proto/river.proto has changed: go test ./internal/river -run TestDescriptor -update")
}
