package password

// Slowness tells how many times as long a Verify of stored takes as one of a hash that was made at the configured cost.
// Cheaper hashes are topped up, so it is at least 1; for formats other than bcrypt it is an estimate. What cannot be
// verified costs as much as any other.
func (h *Hasher) Slowness(stored string) float64 {
	hash, err := parse(stored)
	if err != nil {
		return 1
	}
	return max(1, float64(hash.units())/float64(int64(1)<<h.cost))
}
