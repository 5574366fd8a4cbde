package checklist_test

import (
	"slices"
	"testing"
	"time"

	"gatehouse/shared/login"
)

// The defaults, which the README documents.
const (
	limit   = 10
	lockout = 30 * time.Minute
)

// TestSecurity02LimitOfFailures: the tenth wrong password locks the account for half an hour, by whatever name it is called.
func TestSecurity02LimitOfFailures(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		user := d.right
		address := d.user(user.Username).Email
		byAddress := d.try(address, user.Password) == login.Accepted
		d.expect(limit, login.WrongPassword, user.Username, "guess")
		d.expect(1, login.Locked, user.Username, user.Password)
		if byAddress {
			d.expect(1, login.Locked, address, user.Password)
		}
		d.Clock.Advance(lockout - time.Millisecond)
		d.expect(1, login.Locked, user.Username, user.Password)
		d.Clock.Advance(time.Millisecond)
		d.Spy.Calls()
		d.expect(1, login.Accepted, user.Username, user.Password)
		if calls := d.Spy.Calls(); !slices.Contains(calls, "Clear") {
			t.Errorf("the failures of the window that has ended are not cleared: %v", calls)
		}
	})
}

// TestSecurity02FailuresOfOneWindow: the window begins with every failure; what came before its beginning no longer counts.
func TestSecurity02FailuresOfOneWindow(t *testing.T) {
	everywhere(t, nil, func(_ *testing.T, d *door) {
		user := d.right
		d.expect(limit-1, login.WrongPassword, user.Username, "guess")
		d.Clock.Advance(lockout)
		d.expect(limit-1, login.WrongPassword, user.Username, "guess")
		d.Clock.Advance(lockout - time.Millisecond)
		d.expect(1, login.WrongPassword, user.Username, "guess")
		d.expect(1, login.Locked, user.Username, user.Password)
	})
}

// TestSecurity03CapOfConsecutiveFailures guesses as slowly as it takes never to be locked for long. The cap is lower than
// the default, which row 1 holds to the 100 of the standard.
func TestSecurity03CapOfConsecutiveFailures(t *testing.T) {
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "4", "FAILURE_CAP": "12"}, func(_ *testing.T, d *door) {
		user := d.right
		for range 3 {
			d.expect(4, login.WrongPassword, user.Username, "guess")
			d.Clock.Advance(lockout)
		}
		d.expect(1, login.Locked, user.Username, user.Password)
		d.Clock.Advance(1000 * lockout)
		d.expect(1, login.Locked, user.Username, "guess")
		d.expect(1, login.Locked, user.Username, user.Password)
		d.unlock(user.Username)
		d.expect(1, login.Accepted, user.Username, user.Password)
	})
}
