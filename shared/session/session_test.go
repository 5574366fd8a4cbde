package session_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"regexp"
	"testing"
	"testing/iotest"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

func TestSecurity15Tokens(t *testing.T) {
	t.Parallel()
	minter := session.Minter{Random: rand.Reader}
	seen := map[string]bool{}
	for range 100 {
		token, digest, err := minter.Token(7)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(token) {
			t.Fatalf("token %q is not 64 lower-case hex characters", token)
		}
		if digest != directory.Digest(token) || digest == token {
			t.Errorf("what is stored of %q is %q, want its digest", token, digest)
		}
		if seen[token] {
			t.Fatalf("token %q was minted twice", token)
		}
		seen[token] = true
	}
}

func TestSecurity15FailingSourceOfRandomness(t *testing.T) {
	t.Parallel()
	broken := errors.New("no entropy")
	for name, minter := range map[string]session.Minter{
		"fails at once":  {Random: iotest.ErrReader(broken)},
		"ends too early": {Random: bytes.NewReader(make([]byte, 1))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if token, _, err := minter.Token(7); err == nil || token != "" {
				t.Errorf("got token %q and error %v, want none and an error", token, err)
			}
			if id, err := minter.SignInID(time.Now()); err == nil {
				t.Errorf("got sign-in id %d, want an error", id)
			}
		})
	}
}

func TestSignInIDsFitIntoAJSONNumber(t *testing.T) {
	t.Parallel()
	minter := session.Minter{Random: bytes.NewReader(bytes.Repeat([]byte{0xFF}, 4))}
	first, err := minter.SignInID(time.Date(2025, time.January, 1, 0, 0, 0, int(time.Millisecond), time.UTC))
	if want := int64(1<<12 | 0xFFF); err != nil || first != want {
		t.Errorf("one millisecond after the beginning: %d, %v, want %d", first, err, want)
	}
	last, err := minter.SignInID(time.Date(2094, time.January, 1, 0, 0, 0, 0, time.UTC))
	if err != nil || last >= 1<<53 {
		t.Errorf("in 2094: %d, %v, want less than 2^53", last, err)
	}
}
