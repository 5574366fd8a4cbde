package checklist_test

import (
	"testing"
	"time"

	"gatehouse/shared/login"
)

// TestSecurity06AttemptsDoNotProlongALock, and do not run up the cap of consecutive failures either.
func TestSecurity06AttemptsDoNotProlongALock(t *testing.T) {
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "3", "FAILURE_CAP": "5"}, func(t *testing.T, d *door) {
		user := d.right
		d.expect(3, login.WrongPassword, user.Username, "guess")
		locked := d.counted(user.Username)
		for range 3 {
			d.Clock.Advance(lockout/3 - time.Millisecond)
			d.expect(3, login.Locked, user.Username, "guess")
			d.expect(1, login.Locked, user.Username, user.Password)
		}
		if record := d.counted(user.Username); record != locked {
			t.Errorf("attempts on a locked account changed its record from %+v to %+v", locked, record)
		}
		d.Clock.Advance(3 * time.Millisecond)
		d.expect(1, login.Accepted, user.Username, user.Password)
		d.expect(3, login.WrongPassword, user.Username, "guess")
		d.expect(1, login.Locked, user.Username, user.Password)
		d.unlock(user.Username) // an operator lifts a lock at once
		d.expect(1, login.Accepted, user.Username, user.Password)
	})
}
