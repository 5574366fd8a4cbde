package checklist_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// cause is why a login is refused: a user, or none, and what is tried.
type cause struct {
	name     string
	user     *directory.Entry // its user name is the cause's
	locked   bool             // by wrong guesses before
	password string
	want     login.Outcome
}

// causes are all of them. The password "right" is the stored one.
func causes(t *testing.T) []cause {
	t.Helper()
	no, right := false, func() *directory.Entry { return &directory.Entry{Password: "right"} }
	with := func(change func(*directory.Entry)) *directory.Entry {
		record := right()
		change(record)
		return record
	}
	inactive := func() *directory.Entry { return with(func(r *directory.Entry) { r.Active = &no }) }
	kept := func(hash string) *directory.Entry { return &directory.Entry{PasswordHash: hash} }
	return []cause{
		{"wrong", right(), false, "guess", login.WrongPassword},
		{"unknown", nil, false, "guess", login.UnknownUser},
		{"unknown-tried-often", nil, true, "guess", login.UnknownUser},
		{"longer-than-bcrypt", right(), false, strings.Repeat("guess", 40), login.WrongPassword},
		{"locked-wrong", right(), true, "guess", login.Locked},
		{"locked-right", right(), true, "right", login.Locked},
		{"inactive-right", inactive(), false, "right", login.Inactive},
		{"inactive-wrong", inactive(), false, "guess", login.Inactive},
		{"inactive-locked", inactive(), true, "right", login.Inactive},
		{"unconfirmed", with(func(r *directory.Entry) { r.Confirmed = &no }), false, "right", login.Unconfirmed},
		{"service", with(func(r *directory.Entry) { r.AccountType = directory.ServiceAccount }), false, "right", login.WrongPassword},
		{"no-password", &directory.Entry{}, false, "right", login.WrongPassword},
		{"unusable", kept("!cqkP6WbJ3Yt0"), false, "right", login.WrongPassword},
		{"unreadable", kept("crypt$abc"), false, "right", login.WrongPassword},
		{"imported", kept(target.Hash(t, "right", 4)), false, "guess", login.WrongPassword},
		{"imported-locked", kept(target.Hash(t, "right", 4)), true, "right", login.Locked},
		{"imported-inactive", &directory.Entry{PasswordHash: target.Hash(t, "right", 4), Active: &no}, false, "right", login.Inactive},
		{"imported-from-Django", kept("pbkdf2_sha256$5000$c2FsdA$" + strings.Repeat("A", 43) + "="), false, "guess", login.WrongPassword},
	}
}

// refusals plays all causes, each in a minute of its own, so that the source's count is the same for all.
func refusals(d *door, see func(c cause, answer endpointtest.Answer)) {
	d.t.Helper()
	for _, c := range causes(d.t) {
		if c.user != nil {
			c.user.Username = c.name
			d.Add(*c.user)
		}
		if c.locked {
			for range d.Config.AttemptLimit {
				d.send(c.name, "guess")
			}
		}
		d.Clock.Advance(time.Minute)
		d.lines()
		d.Spy.Calls()
		d.stored.requests()
		d.Work()
		answer := d.send(c.name, c.password)
		if got := d.outcomes(); !slices.Equal(got, []login.Outcome{c.want}) {
			d.t.Errorf("%s: the outcome is %s, want %s", c.name, got, c.want)
		}
		see(c, answer)
	}
}

// TestSecurity08RefusalsAreAlike holds whole answers against each other: status, every header, and the body byte for byte.
// None of them has a date or an id, so nothing is left out of the comparison.
func TestSecurity08RefusalsAreAlike(t *testing.T) {
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "3"}, func(t *testing.T, d *door) {
		var wrong endpointtest.Answer
		refusals(d, func(c cause, answer endpointtest.Answer) {
			if c.name == "wrong" {
				wrong = answer
			}
			if diff := cmp.Diff(wrong, answer); diff != "" {
				t.Errorf("%s is not answered as a wrong password is (-wrong +got):\n%s", c.name, diff)
			}
		})
		if got := d.product.Read(wrong.Status, wrong.Body); got != target.Refused {
			t.Errorf("a wrong password is %s: %d %s", got, wrong.Status, wrong.Body)
		}
	}, target.Product.Silent)
}

// TestSecurity09RefusalsDoTheSameWork: hashing, calls of the store, and requests to DynamoDB.
func TestSecurity09RefusalsDoTheSameWork(t *testing.T) {
	const units = 1 << 5 // of BCRYPT_COST, so that hashes of cost 4 are cheaper
	everywhere(t, map[string]string{"ATTEMPT_LIMIT": "3", "BCRYPT_COST": "5"}, func(t *testing.T, d *door) {
		var wrongCalls, wrongRequests []string
		refusals(d, func(c cause, _ endpointtest.Answer) {
			calls, requests, work := d.Spy.Calls(), d.stored.requests(), d.Work()
			if last := len(calls) - 1; calls[last] == "Accept" {
				calls[last] = "Refuse" // the one write that finds a locked account, whatever the password
			}
			if c.name == "wrong" {
				wrongCalls, wrongRequests = calls, requests
			}
			if !slices.Equal(calls, wrongCalls) || !slices.Equal(requests, wrongRequests) {
				t.Errorf("%s costs %v and on the wire %v, a wrong password %v and %v", c.name, calls, requests, wrongCalls, wrongRequests)
			}
			least, most := int64(units), int64(units)
			if c.name == "imported-from-Django" { // its work is measured, and topped up by bcrypt, whose least is this
				least, most = units-(1<<password.MinCost-1), units+(1<<password.MinCost-1)
			}
			if work < least || work > most {
				t.Errorf("%s costs %d units of hashing, want %d", c.name, work, units)
			}
		})
		if want := []string{"Resolve", "Load", "Refuse"}; !slices.Equal(wrongCalls[len(wrongCalls)-3:], want) {
			t.Errorf("a wrong password costs %v, want %v at the end", wrongCalls, want)
		}
	})
}
