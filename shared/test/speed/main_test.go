package speed_test

import (
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

var site target.Site

func TestMain(m *testing.M) {
	os.Exit(target.Main(m.Run))
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func median(values []float64) float64 { return quantile(values, 0.5) }

// quantile returns the value below which so many of them are: 0 the least, 1 the most.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(share*float64(len(sorted)-1)+0.5)]
}

// milliseconds is how long something takes.
func milliseconds(something func()) float64 {
	began := time.Now()
	something()
	return time.Since(began).Seconds() * 1000
}

// own is the processor time that this process uses for something.
func own(something func()) time.Duration {
	used := func() time.Duration {
		var usage syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // fails for no process of one's own
		return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	before := used()
	something()
	return used() - before
}

// processor is the processor time that another process has used.
func processor(b *testing.B, pid int) time.Duration {
	b.Helper()
	used, err := target.Processor(pid)
	check(b, err)
	return used
}
