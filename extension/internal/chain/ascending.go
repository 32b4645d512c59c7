package chain

import "slices"

// from is the part of an ascending list that is not below least.
func from(list []uint64, least uint64) []uint64 {
	at, _ := slices.BinarySearch(list, least)
	return list[at:]
}

// insert puts a nonce into an ascending list of different ones.
func insert(list []uint64, nonce uint64) []uint64 {
	at, found := slices.BinarySearch(list, nonce)
	if found {
		return list
	}
	return slices.Insert(list, at, nonce)
}
