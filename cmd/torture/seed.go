package main

import "hash/fnv"

// mix makes one number of a seed, a purpose and a count. All that is random
// here comes from it, so that a seed replays mails, faults, kills and shuffles;
// the scheduler of the machine it cannot replay.
func mix(seed uint64, purpose string, n int) uint64 {
	h := fnv.New64a()
	h.Write([]byte(purpose)) // never fails
	x := h.Sum64() ^ seed*0x9e3779b97f4a7c15 ^ uint64(n)*0xbf58476d1ce4e5b9
	for range 2 { // splitmix64's finalizer
		x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
		x = (x ^ x>>27) * 0x94d049bb133111eb
		x ^= x >> 31
	}
	return x
}
