package river

import (
	"encoding/binary"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
)

// Hash gives the hash of an event's bytes, which is its id: their length and marks around them keep it apart from every
// other kind of hash.
func Hash(event []byte) common.Hash {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(event)))
	return crypto.Keccak256Hash([]byte("CSBLANCA"), length, []byte("ABCDEFG>"), event, []byte("<GFEDCBA"))
}
