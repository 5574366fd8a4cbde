package password

import "time"

const (
	// probeBits makes the dummy that measures the processor's pace an eighth of the configured cost: 7 ms of the 57 at cost
	// 10. A smaller dummy ends too quickly to measure.
	probeBits = 3

	// Measurements outside these factors of the estimate are clamped. A processor without SHA instructions and slow memory
	// stay inside; anything beyond is noise from other load.
	leastOfEstimate = 0.5
	mostOfEstimate  = 4
)

// topUp does the rest of a Verify's work after its hash, which took this time.
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
