package password

import "time"

const (
	// probeBits is how much less than the configured cost the dummy has by which a hash's work is measured: an eighth, 7 ms
	// of the 57 at cost 10. A smaller one is over too quickly to tell the processor's pace.
	probeBits = 3

	// An estimate may be wrong by so much. Beyond lies a moment in which the machine did something else, and not the pace of
	// a processor without instructions for SHA, or of memory that the system hands out slowly.
	leastOfEstimate = 0.5
	mostOfEstimate  = 4
)

// topUp does what a Verify still owes after the hash itself, which took the given time.
func (h *Hasher) topUp(hash parsed, took time.Duration) {
	owed := int64(1)<<h.cost - hash.units()
	probe := int64(1) << max(h.cost-probeBits, MinCost)
	if !hash.estimated() || owed < probe {
		h.spend(owed)
		return
	}
	began := h.now()
	h.spend(probe)
	measured := float64(probe) * float64(took) / float64(max(h.now().Sub(began), 1))
	estimate := float64(hash.units())
	work := min(max(measured, leastOfEstimate*estimate), mostOfEstimate*estimate)
	h.spend(int64(1)<<h.cost - probe - int64(work))
}
