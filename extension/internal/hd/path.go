package hd

import (
	"fmt"
	"strconv"
	"strings"
)

// hardened is the bit that marks a hardened step (written ').
const hardened = 1 << 31

// Path is a BIP-32 path without its m.
type Path []uint32

// Ethereum is m/44'/60'/account'/change/index.
func Ethereum(account, change, index uint32) Path {
	return Path{44 + hardened, 60 + hardened, account + hardened, change, index}
}

// ParsePath reads a path such as m/44'/60'/0'/0/7; h and H also mark hardened steps.
func ParsePath(text string) (Path, error) {
	steps := strings.Split(text, "/")
	if steps[0] != "m" || len(steps) < 2 {
		return nil, fmt.Errorf("not a derivation path: %q; want one like m/44'/60'/0'/0/7", text)
	}
	path := make(Path, 0, len(steps)-1)
	for _, step := range steps[1:] {
		digits := strings.TrimRight(step, "'hH")
		value, err := strconv.ParseUint(digits, 10, 31)
		if err != nil || len(step)-len(digits) > 1 {
			return nil, fmt.Errorf(
				"derivation path %q: %q is not a step; want 0 to 2147483647, with ' when hardened",
				text,
				step,
			)
		}
		if digits != step {
			value += hardened
		}
		path = append(path, uint32(value))
	}
	if len(path) > 255 {
		return nil, fmt.Errorf("a derivation path has 255 steps at most, not %d", len(path))
	}
	return path, nil
}
