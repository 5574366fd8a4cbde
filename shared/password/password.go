// Package password hashes passwords and verifies them against stored hashes, its own and those of the products whose
// users were imported.
//
// A new hash is bcrypt at the one configured cost. bcrypt reads 72 bytes and stumbles over NUL, so a password that is
// longer or has one is hashed as bcrypt of its SHA-256, in Django's spelling: nothing is silently cut.
//
// A stored hash comes from an import file and is read as untrusted input. Each format has one file and one row in a
// table; its parser takes one exact spelling only, and bounds whatever decides how long or how large a computation
// becomes. What is left can only match or not match.
//
// No fast hash is kept. Crafter's is 1001 rounds of SHA-256, so Import wraps its digest in bcrypt, and the bare form
// does not verify: one that came in some other way is refused, not used. Every other hash is imported as it is. A login
// is the one moment at which the password is at hand, so Upgrade then replaces what is of another format or of another
// cost than new hashes are. A hash of a higher cost is replaced too: until then its refusals take longer than others.
//
// The time of a refusal must not tell whether an account exists, has a password or an old hash. So every Verify does
// the same work, counted in units of one bcrypt round: 2^cost of them. An account without a password, or with a hash
// that cannot be read, pays with a dummy hash of the full cost. A cheaper hash is verified and then topped up with
// dummies that sum to the difference: after bcrypt of cost 10, at cost 12, dummies of cost 10 and 11. Only a hash that
// is itself slower than the configured cost takes longer.
//
// For bcrypt that is exact. What other formats take differs with the processor and with the memory behind it, so a hash of
// theirs is timed, and bcrypt beside it; constants that were measured elsewhere bound what comes of that. What difference
// remains goes away once the hash is replaced by a new one.
//
// Formats that are hard on memory wait for one another: together they take no more than one of the largest may, however many
// logins come at once.
//
// Passwords are any bytes in a string, without normalisation: a lone surrogate of a JSON text is hashed as the three
// bytes it has in WTF-8, as the servers that first made the hash did.
package password

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/semaphore"
)

const (
	// MinCost is bcrypt's own least cost. Below 10 is for tests only (OWASP Password Storage Cheat Sheet).
	MinCost = bcrypt.MinCost

	// MaxCost takes about four seconds of one core. Above it a client gives up before its login is through, and a
	// handful of guesses is a denial of service.
	MaxCost = 16
)

// Hasher hashes new passwords and verifies stored ones at one configured cost. It is safe for concurrent use.
type Hasher struct {
	cost   int
	onWork func(units int64)
	memory *semaphore.Weighted // in bytes, for hashes that are hard on memory
	now    func() time.Time    // for the work of a hash, where it is not known
}

// Option changes a Hasher under construction.
type Option func(*Hasher)

// OnWork has f called after each hash computation with its work in bcrypt units (2^cost). It may be called
// concurrently. Metrics watch it, and tests count with it instead of a clock.
func OnWork(f func(units int64)) Option {
	return func(h *Hasher) { h.onWork = f }
}

// New makes a Hasher of the given bcrypt cost, MinCost to MaxCost.
func New(cost int, options ...Option) (*Hasher, error) {
	if cost < MinCost || cost > MaxCost {
		return nil, fmt.Errorf("bcrypt cost %d is not %d to %d", cost, MinCost, MaxCost)
	}
	h := &Hasher{
		cost: cost, onWork: func(int64) {}, memory: semaphore.NewWeighted(maxMemory),
		now: time.Now, //nolint:forbidigo // a measured budget
	}
	for _, option := range options {
		option(h)
	}
	return h, nil
}

// Hash makes a new hash with a random salt: bcrypt ("$2a$..."), or "bcrypt_sha256$$2a$..." for a password of more
// than 72 bytes or with a NUL. An empty password is an error.
func (h *Hasher) Hash(password string) (string, error) {
	if len(password) > bcryptLength || hasNUL(password) {
		return h.hashDigest(password)
	}
	return h.hashPlain(password)
}

// hashPlain makes plain bcrypt, which reads 72 bytes.
func (h *Hasher) hashPlain(password string) (string, error) {
	if password == "" || hasNUL(password) {
		return "", errors.New("hashing a password: it is empty or has a NUL")
	}
	return h.bcrypt("", password[:min(len(password), bcryptLength)])
}

// hashDigest makes bcrypt_sha256, which reads all of a password.
func (h *Hasher) hashDigest(password string) (string, error) {
	if password == "" {
		return "", errors.New("hashing a password: it is empty")
	}
	return h.bcrypt("bcrypt_sha256$", prehash(password))
}

// bcrypt puts a prefix before a new bcrypt string of key, which has at most 72 bytes and no NUL.
func (h *Hasher) bcrypt(prefix, key string) (string, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(key), h.cost)
	if err != nil {
		return "", fmt.Errorf("hashing a password: %w", err)
	}
	h.onWork(1 << h.cost)
	return prefix + string(hash), nil
}

// Verify tells whether password is the one that stored was made of. Every call does 2^cost units of work, or what
// stored asks for if that is more, to the nearest 16. An empty password matches nothing. A stored "" or "!..." (Django's
// unusable password) is an account without a password, and is false without an error. A stored hash that cannot be
// verified is false with an error that wraps ErrFormat or ErrBounds and shows nothing of the hash.
func (h *Hasher) Verify(stored, password string) (bool, error) {
	if none(stored) {
		h.spend(1 << h.cost)
		return false, nil
	}
	hash, err := parse(stored)
	if err != nil {
		h.spend(1 << h.cost)
		return false, err
	}
	match, took := h.timed(hash, password)
	h.topUp(hash, took)
	return match && password != "", nil
}

// Check returns the error, wrapping ErrFormat or ErrBounds, with which Verify would refuse stored; nil if Verify reads it or
// takes it for an account without a password. It computes no hash.
func Check(stored string) error {
	if none(stored) {
		return nil
	}
	_, err := parse(stored)
	return err
}

// none tells whether stored stands for an account without a password.
func none(stored string) bool {
	return stored == "" || stored[0] == '!'
}

// collected is the memory, in bytes, from which on it is worth a garbage collection, which takes less than a millisecond.
const collected = 1 << 20

// timed verifies a password and returns how long that took. Hashes that are computed together never take more than maxMemory:
// one that does not fit beside the others waits. The wait is not work, so it is not timed.
func (h *Hasher) timed(hash parsed, password string) (match bool, took time.Duration) {
	if memory := min(hash.memory(), maxMemory); memory > 0 {
		_ = h.memory.Acquire(context.Background(), memory) // fails only if its context ends
		defer func() {
			if memory >= collected {
				runtime.GC() // or the next one's memory would come on top of what this one left
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
	h.onWork(hash.units())
	return match
}

// spend does the given units of work in dummies, one for each bit, to the nearest multiple of the least dummy. A negative
// difference is dropped.
func (h *Hasher) spend(units int64) {
	units += 1 << MinCost / 2
	for cost := MaxCost; cost >= MinCost && units > 0; cost-- {
		if units>>cost&1 == 1 {
			h.compute(dummy(cost), "")
		}
	}
}

func hasNUL(password string) bool {
	return strings.IndexByte(password, 0) >= 0
}
