package password

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// hungry is a hash that takes a second and some memory, and notes the most that all of them had at once.
type hungry struct {
	bytes     int64
	now, most *atomic.Int64
}

func (h hungry) verify(string) bool {
	now := h.now.Add(h.bytes)
	for most := h.most.Load(); now > most && !h.most.CompareAndSwap(most, now); most = h.most.Load() {
	}
	time.Sleep(time.Second)
	h.now.Add(-h.bytes)
	return true
}

func (hungry) units() int64    { return 1 }
func (hungry) estimated() bool { return true }
func (h hungry) memory() int64 { return h.bytes }

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
				hash := hungry{row.bytes, new(atomic.Int64), new(atomic.Int64)}
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
				if most := hash.most.Load(); most > max(maxMemory, row.bytes) {
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
		dummy(12).encoded: 0, "bcrypt_sha256$" + dummy(12).encoded: 0, crafterOf(someSalt, dummy(12).encoded): 0,
		pbkdf2SHA256("1000"): 0, pbkdf2SHA1("1000"): 0,
		argon2Of("m=102400,t=2,p=8"): 100 << 20, argon2Of("m=262144,t=4,p=16"): maxMemory,
		scryptOf("16384", "8", "5"): 16<<20 + 5<<10, scryptOf("131072", "8", "1"): 128<<20 + 1<<10,
	} {
		hash, err := parse(stored)
		if err != nil || hash.memory() != want {
			t.Errorf("%s: got %v, error %v, want %d bytes", stored, hash, err, want)
		}
	}
}
