// Package password hashes passwords and verifies them against stored hashes, its own and those of imported users.
//
//	hash, err := hasher.Hash(password)                       // for a new password
//	match, err := hasher.Verify(stored, password)            // at a login
//	fresh, outdated, err := hasher.Upgrade(stored, password) // after a match: replace an outdated hash
//	stored, err := hasher.Import(hash)                       // a hash from another product's database
//
// A new hash is bcrypt at the configured cost. bcrypt reads 72 bytes and stops at a NUL. So a password that is longer or
// has a NUL is hashed as bcrypt of its SHA-256, in Django's format, and nothing is silently cut.
//
// A stored hash comes from an import file and is untrusted input. Each format's parser accepts one exact spelling and bounds
// every number that decides the time or memory of a computation. No fast hash is kept: Crafter's is 1001 rounds of SHA-256,
// so Import wraps its digest in bcrypt. Every other hash is imported unchanged, and Upgrade replaces it at the next login.
//
// The time of a refusal must not reveal whether an account exists, has a password or has an old hash. So every Verify does
// the same work: 2^cost units of one bcrypt round. An account without a password, or with an unreadable hash, pays with a
// dummy hash. A cheaper hash is topped up with dummies that sum to the difference. Only a hash slower than the configured
// cost takes longer, until its replacement. The time of formats other than bcrypt depends on processor and memory, so Verify
// times such a hash and bcrypt beside it. Memory-hard hashes wait for one another, so a burst takes the memory of one.
//
// Passwords are any bytes, without normalisation. A lone surrogate in JSON is hashed as its three bytes in WTF-8, as the
// servers that made the hash did.
package password

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/semaphore"
)

const (
	// MinCost is bcrypt's own least cost. Below 10 is for tests only (OWASP Password Storage Cheat Sheet).
	MinCost = bcrypt.MinCost

	// MaxCost takes about four seconds of one core. Above it, clients time out and a handful of guesses is a denial of
	// service.
	MaxCost = 16
)

// Hasher hashes new passwords and verifies stored ones at one configured cost. It is safe for concurrent use.
type Hasher struct {
	// OnWork is called after each hash computation with its work in bcrypt units (2^cost), possibly concurrently. Tests count
	// work this way instead of reading a clock.
	OnWork func(units int64)

	cost   int
	memory *semaphore.Weighted // in bytes, for memory-hard hashes
	now    func() time.Time    // times a hash whose work is only estimated
}

// New returns a Hasher of a bcrypt cost from MinCost to MaxCost.
func New(cost int) (*Hasher, error) {
	if cost < MinCost || cost > MaxCost {
		return nil, fmt.Errorf("bcrypt cost %d is not %d to %d", cost, MinCost, MaxCost)
	}
	return &Hasher{
		OnWork: func(int64) {}, cost: cost, memory: semaphore.NewWeighted(maxMemory),
		now: time.Now, //nolint:forbidigo // a measured budget
	}, nil
}

// Hash returns a new hash with a random salt: bcrypt ("$2a$..."), or "bcrypt_sha256$$2a$..." for a password of more
// than 72 bytes or with a NUL. An empty password is an error.
func (h *Hasher) Hash(password string) (string, error) {
	if len(password) > bcryptLength || strings.Contains(password, "\x00") {
		return h.hashDigest(password)
	}
	return h.hashPlain(password)
}

// hashPlain returns plain bcrypt, which reads 72 bytes.
func (h *Hasher) hashPlain(password string) (string, error) {
	if password == "" || strings.Contains(password, "\x00") {
		return "", errors.New("hashing a password: it is empty or has a NUL")
	}
	return h.bcrypt("", password[:min(len(password), bcryptLength)])
}

// hashDigest returns bcrypt_sha256, which reads the whole password.
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
	h.OnWork(1 << h.cost)
	return prefix + string(hash), nil
}

// Verify reports whether stored is a hash of password. Every call does 2^cost units of work, to the nearest 16, or the work
// of stored if that is more. An empty password matches nothing. A stored "" or "!..." (Django's unusable password) is an
// account without a password: false without an error. For an unreadable hash, Verify returns false and an error that wraps
// ErrFormat or ErrBounds and shows nothing of the hash.
func (h *Hasher) Verify(stored, password string) (bool, error) {
	hash, err := parse(stored)
	if err != nil {
		h.spend(1 << h.cost)
		return false, Check(stored) // nil for an account without a password
	}
	match, took := h.timed(hash, password)
	h.topUp(hash, took)
	return match && password != "", nil
}

// Check returns the error that Verify would return for stored: nil, ErrFormat or ErrBounds, wrapped. It computes no hash.
func Check(stored string) error {
	if none(stored) {
		return nil
	}
	_, err := parse(stored)
	return err
}

// none reports whether stored stands for an account without a password.
func none(stored string) bool {
	return stored == "" || stored[0] == '!'
}
