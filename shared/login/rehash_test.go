package login_test

import (
	"errors"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// TestSecurity22AnUnreadableHash: a hash that cannot be read matches nothing, even if the hasher reports a match, and is logged.
func TestSecurity22AnUnreadableHash(t *testing.T) {
	t.Parallel()
	hasher := plain()
	hasher.verify = func(string, string) (bool, error) { return true, errors.New("unknown format") }
	h := newHouse(holding(jane), hasher, nil)
	result, err := h.login(t, "jane", right)
	if err != nil || result.Outcome != login.WrongPassword || !strings.Contains(h.log.String(), "stored hash cannot be read") {
		t.Errorf("got %+v, %v, log %s; want a wrong password and a warning", result, err, &h.log)
	}
}

// TestSecurity12Rehash: an outdated hash is replaced after an accepted login only, and a failure never fails the login.
func TestSecurity12Rehash(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name               string
		on, outdated       bool
		password           string
		fault              error
		replaced, isLogged bool
	}{
		{"outdated", true, true, right, nil, true, false},
		{"switched off", false, true, right, nil, false, false},
		{"up to date", true, false, right, nil, false, false},
		{"wrong password", true, true, "wrong", nil, false, false},
		{"changed since", true, true, right, directory.ErrChanged, true, false},
		{"store fails", true, true, right, errDisk, true, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			store, hasher := holding(jane), plain()
			hasher.upgrade = func(string, string) (string, bool, error) { return "new", row.outdated, nil }
			store.rehash = func(old, replacement string) error {
				if old != jane.PasswordHash || replacement != "new" {
					t.Errorf("%q is replaced by %q", old, replacement)
				}
				return row.fault
			}
			h := newHouse(store, hasher, nil)
			h.Rehash = row.on
			result, err := h.login(t, "jane", row.password)
			if err != nil || (result.Outcome == login.Accepted) != (row.password == right) {
				t.Errorf("got %+v, %v", result, err)
			}
			if replaced := h.steps[len(h.steps)-1] == "Rehash"; replaced != row.replaced {
				t.Errorf("steps %v, want replaced %t", h.steps, row.replaced)
			}
			if logged := strings.Contains(h.log.String(), "was not replaced"); logged != row.isLogged {
				t.Errorf("the log is %s, want a warning %t", &h.log, row.isLogged)
			}
		})
	}
}
