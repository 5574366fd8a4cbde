package checklist_test

import (
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/target"
)

// TestSecurity05NothingSlipsPast has something happen to an account while a login with the right password is under way:
// after its password was found right, and before the success is committed.
func TestSecurity05NothingSlipsPast(t *testing.T) {
	another := target.Hash(t, "another", 4)
	rows := []struct {
		meanwhile string
		do        func(d *door, user directory.User)
		later     login.Outcome // of the same password
	}{
		{"locked", func(d *door, user directory.User) {
			for range 3 {
				_, err := d.Store.Refuse(d.t.Context(), directory.AccountOf(user.Realm, user.ID), d.Config.Policy(), d.Clock.Now())
				d.check(err)
			}
		}, login.Locked},
		{"deactivated", func(d *door, user directory.User) {
			after := user
			after.Active = false
			d.check(d.Store.ReplaceUser(d.t.Context(), user, after))
		}, login.Inactive},
		{"given-another-password", func(d *door, user directory.User) {
			after := user
			after.PasswordHash = another
			d.check(d.Store.ReplaceUser(d.t.Context(), user, after))
		}, login.WrongPassword},
		{"removed", func(d *door, user directory.User) {
			d.check(d.Store.RemoveUser(d.t.Context(), user))
		}, login.UnknownUser},
	}
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "3"}, func(t *testing.T, d *door) {
		for _, row := range rows {
			d.Add(directory.Entry{Username: row.meanwhile, Password: "right"})
			user, done := d.user(row.meanwhile), false
			d.Spy.Before = func(call string) error {
				if call == "Accept" && !done {
					done = true
					row.do(d, user)
				}
				return nil
			}
			if got := d.try(row.meanwhile, "right"); got != login.Locked || !done {
				t.Errorf("%s meanwhile: the login is %s, want locked", row.meanwhile, got)
			}
			if got := d.try(row.meanwhile, "right"); got != row.later {
				t.Errorf("%s: the next login is %s, want %s", row.meanwhile, got, row.later)
			}
		}
		if begun := d.Spy.Begun(); len(begun) > 0 {
			t.Errorf("%d sessions were begun, want none", len(begun))
		}
	})
}

// TestSecurity05ASuccessResetsTheCount: who mistypes a password now and then is never locked.
func TestSecurity05ASuccessResetsTheCount(t *testing.T) {
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "3", "FAILURE_CAP": "5"}, func(_ *testing.T, d *door) {
		for range 3 {
			d.expect(2, login.WrongPassword, d.right.Username, "guess")
			d.expect(1, login.Accepted, d.right.Username, d.right.Password)
		}
	})
}
