package speed_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/test/target"
)

// BenchmarkThroughput compares logins at serve over HTTP with what raw bcrypt reaches on all cores, at the same concurrency
// and at cost 10. Both run in turns, at each concurrency after the other and all over again, so that whatever else the
// machine does falls on all of them; the ratio is the median of the rounds. The clients run on the same cores.
func BenchmarkThroughput(b *testing.B) {
	const (
		cost   = 10
		rounds = 6
		slice  = 1200 * time.Millisecond
	)
	served := filledServe(b, cost, target.Settings{"BCRYPT_COST": "10", "SOURCE_LIMIT": "0"})
	client := target.NewClient("127.0.0.1")
	defer client.Close()
	logIn := func() { logInAt(b, client, served, subject.User.Username) }
	hash := raw(b, cost)
	logIn()
	levels := []int{1, 2, 4, 8, 16, 32, 64}
	logins, hashes := make([]load, len(levels)), make([]load, len(levels))
	for range rounds {
		for i, concurrency := range levels {
			logins[i].add(concurrency, slice, logIn)
			hashes[i].add(concurrency, slice, hash)
		}
	}
	for i, concurrency := range levels {
		b.Run(fmt.Sprintf("concurrency=%d", concurrency), func(b *testing.B) {
			for b.Loop() {
				var ratios []float64
				for round, rate := range logins[i].rates {
					ratios = append(ratios, rate/hashes[i].rates[round])
				}
				b.ReportMetric(median(ratios), "ratio")
				b.ReportMetric(median(logins[i].rates), "logins/s")
				b.ReportMetric(median(hashes[i].rates), "bcrypt/s")
				b.ReportMetric(median(logins[i].took), "p50-ms")
				b.ReportMetric(quantile(logins[i].took, 0.99), "p99-ms")
				b.ReportMetric(median(hashes[i].took), "bcrypt-p50-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// load is what became of many calls.
type load struct {
	took  []float64 // milliseconds, of each
	rates []float64 // calls a second, of each round
}

// add calls from several goroutines for a time, and waits for the last.
func (l *load) add(concurrency int, during time.Duration, call func()) {
	var wait sync.WaitGroup
	var mutex sync.Mutex
	before, began := len(l.took), time.Now()
	for range concurrency {
		wait.Go(func() {
			for time.Since(began) < during {
				took := milliseconds(call)
				mutex.Lock()
				l.took = append(l.took, took)
				mutex.Unlock()
			}
		})
	}
	wait.Wait()
	l.rates = append(l.rates, float64(len(l.took)-before)/time.Since(began).Seconds())
}
