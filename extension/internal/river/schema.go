// Package river makes, signs and reads the events of Towns' streams, in the wire format of proto/river.proto and
// river-types.proto.
package river

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// descriptors are proto/river.proto and river-types.proto, compiled: the files themselves are outside of this module,
// and to compile them takes ten times as long as to read this. TestDescriptors compares. Messages are dynamic, so that
// nothing is registered in the process under names that another module, or k6 itself when it loads the same file, may
// want.
//
//go:generate go test . -run TestDescriptors -update
//go:embed river.binpb
var descriptors []byte

var (
	schema          = mustLoad(descriptors)
	streamEvent     = kindOf("StreamEvent")
	payloads        = streamEvent.Oneofs().ByName("payload")
	miniblockHeader = kindOf("MiniblockHeader")
	message         = kindOf("ChannelMessage")
	encryptedData   = kindOf("EncryptedData")
)

// kind is a type of message, with its fields by name.
type kind struct {
	protoreflect.MessageDescriptor
}

// mustLoad is for the embedded bytes only, which the tests have read.
func mustLoad(raw []byte) *protoregistry.Files {
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(raw, &set); err != nil {
		panic(err)
	}
	// What both files import.
	for _, standard := range []protoreflect.FileDescriptor{
		emptypb.File_google_protobuf_empty_proto,
		timestamppb.File_google_protobuf_timestamp_proto,
	} {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(standard))
	}
	loaded, err := protodesc.NewFiles(&set)
	if err != nil {
		panic(err)
	}
	return loaded
}

// kindOf is for names that are constants of this package.
func kindOf(name protoreflect.Name) kind {
	found, err := schema.FindDescriptorByName(protoreflect.FullName("river").Append(name))
	if err != nil {
		panic(err)
	}
	return kind{found.(protoreflect.MessageDescriptor)}
}

func (k kind) new() *dynamicpb.Message { return dynamicpb.NewMessage(k.MessageDescriptor) }

// field gives a field's descriptor. The names are constants of this package, so a missing one is a bug that every test
// would show.
func (k kind) field(name protoreflect.Name) protoreflect.FieldDescriptor {
	return k.Fields().ByName(name)
}

// fromJSON reads a message in the JSON that k6/net/grpc takes too: bytes in base64, names in camel case or as in the
// file, unknown ones refused.
func (k kind) fromJSON(text []byte) (*dynamicpb.Message, error) {
	made := k.new()
	if err := protojson.Unmarshal(text, made); err != nil {
		return nil, fmt.Errorf("%s: %s", k.Name(), plain(err))
	}
	return made, nil
}

// toJSON writes a message as k6/net/grpc does: int64 as strings, bytes in base64, zero values present.
func toJSON(made proto.Message) ([]byte, error) {
	return protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(made)
}

// fromWire reads a message's bytes.
func (k kind) fromWire(raw []byte) (*dynamicpb.Message, error) {
	made := k.new()
	if err := proto.Unmarshal(raw, made); err != nil {
		return nil, errors.New("its bytes are no " + string(k.Name()))
	}
	return made, nil
}

// toWire gives a message's bytes, the same for equal messages.
func toWire(made proto.Message) ([]byte, error) {
	return proto.MarshalOptions{Deterministic: true}.Marshal(made)
}

var position = regexp.MustCompile(`^(proto: ?)?(syntax error )?\(line \d+:\d+\): `)

// plain is a parser's complaint without the position in text that no script has seen. The parser varies its spaces on
// purpose.
func plain(err error) string {
	text := strings.ReplaceAll(err.Error(), "\u00a0", " ")
	return position.ReplaceAllString(strings.TrimPrefix(text, "proto: "), "")
}
