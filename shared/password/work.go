package password

import (
	"context"
	"runtime"
	"time"
)

const (
	// collected is the memory, in bytes, that is worth a garbage collection of less than a millisecond.
	collected = 1 << 20

	// probeBits makes the dummy that measures the processor's pace an eighth of the configured cost: 7 ms of the 57 at cost
	// 10. A smaller dummy ends too quickly to measure.
	probeBits = 3

	// Measurements outside these factors of the estimate are clamped. A processor without SHA instructions and slow memory
	// stay inside; anything beyond is noise from other load.
	leastOfEstimate = 0.5
	mostOfEstimate  = 4
)

// timed verifies a password and returns the time it took. Hashes computed in parallel never take more than maxMemory
// together: a hash that does not fit waits. The wait is not timed.
func (h *Hasher) timed(hash parsed, password string) (match bool, took time.Duration) {
	if memory := min(hash.memory, maxMemory); memory > 0 {
		_ = h.memory.Acquire(context.Background(), memory) // fails only if its context ends
		defer func() {
			if memory >= collected {
				runtime.GC() // otherwise the next hash would add its memory to this one's garbage
			}
			h.memory.Release(memory)
		}()
	}
	began := h.now()
	match = h.compute(hash, password)
	return match, h.now().Sub(began)
}

func (h *Hasher) compute(hash parsed, password string) bool {
	match := hash.verify(password)
	h.OnWork(hash.units)
	return match
}

// spend does units of work in dummies, one for each bit, rounded to a multiple of the smallest dummy. Negative units are no
// work.
func (h *Hasher) spend(units int64) {
	units += 1 << MinCost / 2
	for cost := MaxCost; cost >= MinCost && units > 0; cost-- {
		if units>>cost&1 == 1 {
			h.compute(bcryptHash(dummy(cost), cost), "")
		}
	}
}

// topUp does the rest of a Verify's work after its hash, which took this time.
func (h *Hasher) topUp(hash parsed, took time.Duration) {
	owed := int64(1)<<h.cost - hash.units
	probe := int64(1) << max(h.cost-probeBits, MinCost)
	if !hash.estimated || owed < probe {
		h.spend(owed)
		return
	}
	began := h.now()
	h.spend(probe)
	measured := float64(probe) * float64(took) / float64(max(h.now().Sub(began), 1))
	estimate := float64(hash.units)
	work := min(max(measured, leastOfEstimate*estimate), mostOfEstimate*estimate)
	h.spend(int64(1)<<h.cost - probe - int64(work))
}
