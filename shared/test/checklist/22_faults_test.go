package checklist_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// wantFault checks that an answer is a 500 that hands out nothing and does not say why, and that the log does. The events hold
// the products' own bodies.
func (d *door) wantFault(when string, got endpointtest.Answer) {
	d.t.Helper()
	if got.Status != http.StatusInternalServerError {
		d.t.Errorf("%s: %d %s, want 500", when, got.Status, got.Body)
	}
	for _, inside := range []string{"disk", "store", "sql", "Dynamo"} {
		if strings.Contains(got.Body, inside) {
			d.t.Errorf("%s: the answer tells of the inside: %s", when, got.Body)
		}
	}
	if tokens := tokensOf(got); len(tokens) > 0 || len(got.Header.Values("Set-Cookie")) > 0 {
		d.t.Errorf("%s: the answer hands out %q", when, tokens)
	}
	if lines := d.lines(); len(lines) != 1 || lines[0].Outcome != "fault" || lines[0].Error == "" {
		d.t.Errorf("%s: the log has %+v, want the fault", when, lines)
	}
}

// TestSecurity22EachStepFails: whichever call of the store fails, before it is carried out or after, the login ends there
// with a fault, and the next one works. Among them is the call that counts the request: the limiter's.
func TestSecurity22EachStepFails(t *testing.T) {
	everywhere(t, map[string]string{"APP_LIMIT": "60"}, func(t *testing.T, d *door) {
		steps := d.steps()
		issues := len(d.Spy.Begun()) > 0
		for _, step := range []string{"Resolve", "Load", "Clear", "Accept", "Refuse"} {
			if !slices.Contains(steps, step) {
				t.Errorf("the steps %v lack %s", steps, step)
			}
		}
		for _, step := range steps {
			if step == "List" {
				d.tolerate(step)
				continue
			}
			d.fail(step, false, issues)
			d.fail(step, true, issues)
		}
	})
}

// tolerate has a call fail after the session was stored: the login is accepted, and the log reports what was not done.
func (d *door) tolerate(step string) {
	d.t.Helper()
	d.Add(directory.Entry{Username: step, Password: "right"})
	d.Spy.Before = endpointtest.Failing(step, errors.New("disk on fire"))
	defer func() { d.Spy.Before = nil }()
	d.lines()
	answer := d.send(step, "right")
	if lines := d.lines(); d.product.Read(answer.Status, answer.Body) != target.Accepted || len(lines) != 2 || lines[0].Level != "WARN" {
		d.t.Errorf("%s fails: %d %s, and the log has %+v; want a login and a warning", step, answer.Status, answer.Body, lines)
	}
}

// steps returns the calls of the store that an accepted or a refused login makes, each once.
func (d *door) steps() []string {
	d.t.Helper()
	d.Add(directory.Entry{Username: "walk", Password: "right"})
	d.Spy.Calls()
	d.expect(1, login.WrongPassword, "walk", "guess")
	calls := d.Spy.Calls()
	d.Clock.Advance(time.Hour) // so that there is a window to clear
	d.expect(1, login.Accepted, "walk", "right")
	calls = append(calls, d.Spy.Calls()...)
	slices.Sort(calls)
	return slices.Compact(calls)
}

// fail has one call of a login fail, or be carried out and then fail, as where a connection is cut before the answer. Some products issue no sessions.
func (d *door) fail(step string, carriedOut, issues bool) {
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
	stored := step == "Begin" && carriedOut && issues // a session whose token no client received
	if begun := len(d.Spy.Begun()) > before; begun != stored {
		d.t.Errorf("%s: a session was stored: %t, want %t", when, begun, stored)
	}
	d.expect(1, login.Accepted, when, "right")
}
