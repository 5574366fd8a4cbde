package soak

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

// held is what a process holds at a moment.
type held struct {
	memory  float64 // bytes
	threads int
}

// sample is what all processes of a target hold at a moment.
type sample struct{ held []held }

// samplesEach is how many are taken of a soak, however long.
const samplesEach = 40

// watch samples a target for so long.
func watch(ctx context.Context, flow *traffic, long time.Duration) <-chan []sample {
	done := make(chan []sample, 1)
	go func() {
		var samples []sample
		ticks := time.NewTicker(long / samplesEach)
		defer ticks.Stop()
		for len(samples) < samplesEach && ctx.Err() == nil {
			<-ticks.C
			var now sample
			for _, pid := range flow.at.PIDs() {
				var each held
				each.memory, _, _ = target.Memory(pid) // a process that has ended is an error elsewhere
				each.threads, _ = target.Threads(pid)
				now.held = append(now.held, each)
			}
			samples = append(samples, now)
		}
		done <- samples
	}()
	return done
}

// What may be more in the last quarter than in the second. The garbage collector lets these heaps, of a few megabytes,
// breathe, and SQLite's caches fill while the file grows; in 20 minutes, 1 KB that is kept of each request would be more. The
// runtime starts a thread when all others wait for the kernel, and keeps it.
const (
	memoryShare = 0.10
	memoryMore  = 2 << 20
	threadsMore = 2
)

// grown compares each process's last quarter with its second: it returns the medians, and what has grown.
func grown(samples []sample) (medians string, found []string) {
	quarter := len(samples) / 4
	second, last := samples[quarter:2*quarter], samples[3*quarter:]
	var all []string
	for i := range samples[0].held {
		memory := func(s sample) float64 { return s.held[i].memory }
		threads := func(s sample) float64 { return float64(s.held[i].threads) }
		text := fmt.Sprintf("process %d: %.1f MB and %g threads in the second quarter, %.1f MB and %g threads in the last", i,
			median(second, memory)/(1<<20), median(second, threads), median(last, memory)/(1<<20), median(last, threads))
		all = append(all, text)
		if median(last, memory) > median(second, memory)*(1+memoryShare)+memoryMore ||
			median(last, threads) > median(second, threads)+threadsMore {
			found = append(found, text)
		}
	}
	return strings.Join(all, "\n"), found
}

func median(samples []sample, of func(sample) float64) float64 {
	var values []float64
	for _, each := range samples {
		values = append(values, of(each))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// TestGrowthIsFound: a leak is found, and breathing is none.
func TestGrowthIsFound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name            string
		memory, threads float64 // more from each sample to the next
		found           int
	}{
		{"flat", 0, 0, 0},
		{"breathing", 50_000, 0, 0},
		{"1 KB more with each request", 600 << 10, 0, 1},
		{"a thread more each minute", 0, 0.5, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var samples []sample
			for i := range samplesEach {
				samples = append(samples, sample{held: []held{
					{memory: 20<<20 + float64(i)*row.memory, threads: 8 + int(float64(i)*row.threads)},
				}})
			}
			if _, found := grown(samples); len(found) != row.found {
				t.Errorf("found %q, want %d", found, row.found)
			}
		})
	}
}
