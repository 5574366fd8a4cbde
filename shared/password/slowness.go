package password

// Slowness returns the work of verifying stored, as a multiple of that of a new hash. Cheaper hashes are topped up, so it is
// at least 1. It is an estimate for formats other than bcrypt, and 1 for an unreadable hash.
func (h *Hasher) Slowness(stored string) float64 {
	hash, err := parse(stored)
	if err != nil {
		return 1
	}
	return max(1, float64(hash.units())/float64(int64(1)<<h.cost))
}
