package password

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hungry returns a hash that takes a second and some memory, and notes the most that all calls had at once.
func hungry(bytes int64, most *atomic.Int64) parsed {
	var taken atomic.Int64
	return parsed{units: 1, estimated: true, memory: bytes, verify: func(string) bool {
		now := taken.Add(bytes)
		for before := most.Load(); now > before && !most.CompareAndSwap(before, now); before = most.Load() {
		}
		time.Sleep(time.Second)
		taken.Add(-bytes)
		return true
	}}
}

// TestSecurity11HashesShareTheMemoryOfOne: a burst of guesses at hashes that are hard on memory takes no more of it than one
// of the largest, refuses none, and takes no wait for work.
func TestSecurity11HashesShareTheMemoryOfOne(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		bytes int64
		took  time.Duration // by eight together
	}{
		{"no memory", 0, time.Second},
		{"an eighth", maxMemory / 8, time.Second},
		{"Django's argon2", 100 << 20, 4 * time.Second},
		{"the most", maxMemory, 8 * time.Second},
		{"more than is allowed", maxMemory + 1<<20, 8 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hasher, _ := newHasher(t, 4)
				var most atomic.Int64
				hash := hungry(row.bytes, &most)
				began := time.Now()
				var group sync.WaitGroup
				for range 8 {
					group.Go(func() {
						if match, took := hasher.timed(hash, right); !match || took != time.Second {
							t.Errorf("got match %v, after %v of work, want a match after 1s", match, took)
						}
					})
				}
				group.Wait()
				if most := most.Load(); most > max(maxMemory, row.bytes) {
					t.Errorf("%d bytes were taken at once, want at most %d", most, maxMemory)
				}
				if took := time.Since(began); took != row.took {
					t.Errorf("eight took %v together, want %v", took, row.took)
				}
			})
		})
	}
}

func TestMemoryOfHashes(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]int64{
		dummy(12): 0, "bcrypt_sha256$" + dummy(12): 0, crafterOf(someSalt, dummy(12)): 0,
		pbkdf2SHA256("1000"): 0, pbkdf2SHA1("1000"): 0,
		argon2Of("m=102400,t=2,p=8"): 100 << 20, argon2Of("m=262144,t=4,p=16"): maxMemory,
		scryptOf("16384", "8", "5"): 16<<20 + 5<<10, scryptOf("131072", "8", "1"): 128<<20 + 1<<10,
	} {
		hash, err := parse(stored)
		if err != nil || hash.memory != want {
			t.Errorf("%s: got %d, error %v, want %d bytes", stored, hash.memory, err, want)
		}
	}
}
