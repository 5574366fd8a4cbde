package checklist_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// faults are the products' own bodies of a 500.
var faults = map[string]string{
	target.AISquare.Name: `{"detail":"A server error occurred."}`,
	target.Crafter.Name:  `{"message":"Internal server error"}`,
	target.Unleash.Name:  `{"name":"UnknownError","message":"Internal server error"}`,
	target.SocialID.Name: `{"error":"internal_server_error","error_description":"An unknown error happened."}`,
}

// wantFault checks that an answer is the product's 500, that it hands out nothing, and that the log tells why.
func (d *door) wantFault(when string, got endpointtest.Answer) {
	d.t.Helper()
	if want := faults[d.product.Name]; got.Status != http.StatusInternalServerError || got.Body != want {
		d.t.Errorf("%s: %d %s, want 500 %s", when, got.Status, got.Body, want)
	}
	if cookies := got.Header.Values("Set-Cookie"); len(cookies) > 0 {
		d.t.Errorf("%s: the answer sets the cookies %q", when, cookies)
	}
	if lines := d.lines(); len(lines) != 1 || lines[0].Outcome != "fault" || lines[0].Error == "" {
		d.t.Errorf("%s: the log has %+v, want the fault", when, lines)
	}
}

// TestSecurity22EachStepFails: whichever call of the store fails, before it is carried out or after, the login ends there
// with a fault, and the next one works. Among them is the call that counts the request: the limiter's.
func TestSecurity22EachStepFails(t *testing.T) {
	everywhere(t, map[string]string{"APP_LIMIT": "60"}, func(_ *testing.T, d *door) {
		steps := []string{"Count", "Resolve", "Load", "Clear", "Accept", "Begin", "Refuse"}
		if d.product == target.SocialID {
			steps = append(steps, "Counted", "Application")
		}
		for _, step := range steps {
			d.fail(step, false)
			d.fail(step, true)
		}
	})
}

// fail has one call of a login fail, or be carried out and then fail, as where a connection is cut before the answer.
func (d *door) fail(step string, carriedOut bool) {
	d.t.Helper()
	when := fmt.Sprintf("%s fails, carried out: %t", step, carriedOut)
	d.Add(directory.Entry{Username: when, Password: "right"})
	d.expect(1, login.WrongPassword, when, "guess")
	d.Clock.Advance(time.Hour) // so that there is a window to clear
	password := "right"
	if step == "Refuse" {
		password = "guess"
	}
	failing := endpointtest.Failing(step, errors.New("disk on fire"))
	if carriedOut {
		d.Spy.After = failing
	} else {
		d.Spy.Before = failing
	}
	d.Spy.Calls()
	before := len(d.Spy.Begun())
	d.wantFault(when, d.send(when, password))
	d.Spy.Before, d.Spy.After = nil, nil
	if calls := d.Spy.Calls(); calls[len(calls)-1] != step {
		d.t.Errorf("%s: the login went on: %v", when, calls)
	}
	stored := step == "Begin" && carriedOut // a session whose token nobody was given
	if begun := len(d.Spy.Begun()) > before; begun != stored {
		d.t.Errorf("%s: a session was stored: %t, want %t", when, begun, stored)
	}
	d.expect(1, login.Accepted, when, "right")
}

// TestSecurity22ADeadStore answers nothing at all any more.
func TestSecurity22ADeadStore(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		d.expect(1, login.Accepted, d.right.Username, d.right.Password)
		d.stored.kill()
		for name, password := range map[string]string{"the right password": d.right.Password, "a wrong one": "guess"} {
			got := d.send(d.right.Username, password)
			d.wantFault(name, got)
			if strings.Contains(got.Body, "store") || strings.Contains(got.Body, "sql") {
				t.Errorf("%s: the answer tells of the inside: %s", name, got.Body)
			}
		}
	})
}

// brokenHasher can read no hash.
type brokenHasher struct{ login.Passwords }

func (brokenHasher) Verify(string, string) (bool, error) { return false, errors.New("out of memory") }

// TestSecurity22AFailingHasher: a hash that cannot be read matches nothing. That is a refusal, as for a wrong password, for
// it is the user's own hash that is broken, and nobody is to learn that there is one.
func TestSecurity22AFailingHasher(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		d.Service.Passwords = brokenHasher{}
		d.expect(1, login.WrongPassword, d.right.Username, d.right.Password)
		if begun := d.Spy.Begun(); len(begun) > 0 {
			t.Errorf("sessions were begun: %+v", begun)
		}
	})
}
