package checklist_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// TestSecurity21EveryAttemptIsLogged: one line each, whatever was typed, that says who came from where and what became of it.
func TestSecurity21EveryAttemptIsLogged(t *testing.T) {
	const (
		source = "198.51.100.7"
		forged = "nobody\n{\"msg\":\"login\",\"outcome\":\"accepted\"}\r\n\u2028"
	)
	everywhere(t, map[string]string{"SOURCE_LIMIT": "5", "APP_LIMIT": "5"}, func(t *testing.T, d *door) {
		key := directory.AccountOf(endpointtest.Realm, d.user(d.right.Username).ID).Key
		rows := []struct {
			id, username, password, outcome string
			account                         any
		}{
			{"r-1", d.right.Username, d.right.Password, string(login.Accepted), key},
			{"r-2", d.right.Username, "guess", string(login.WrongPassword), key},
			{"r-3", "nobody", "guess", string(login.UnknownUser), nil},
			{"r-4", forged, "guess", string(login.UnknownUser), nil},
			{"r-5", "nobody", forged, string(login.UnknownUser), nil},
			{"r-6", d.right.Username, d.right.Password, "throttled", nil},
			{"r-7", d.right.Username, d.right.Password, "fault", nil},
		}
		for _, row := range rows {
			if row.outcome == "fault" {
				d.Clock.Advance(time.Minute)
				d.stored.kill()
			}
			event := d.Event(http.MethodPost, d.product.Path, d.header(), d.product.Body(row.username, row.password))
			event.RequestContext.RequestID, event.RequestContext.Identity.SourceIP = row.id, source
			d.Send(event)
			if log := d.Log.String(); strings.Contains(log, "guess") || strings.Contains(log, "nobody") || strings.Contains(log, d.right.Password) {
				t.Errorf("%s: what was typed is in the log:\n%s", row.id, log)
			}
			lines := d.lines()
			if len(lines) != 1 {
				t.Fatalf("%s: %d lines in the log, want 1: %+v", row.id, len(lines), lines)
			}
			got := lines[0]
			if at, err := time.Parse(time.RFC3339Nano, got.Time); err != nil || !strings.HasSuffix(got.Time, "Z") || at.IsZero() {
				t.Errorf("%s: the time is %q, want it in UTC", row.id, got.Time)
			}
			if got.Msg != "login" || got.Outcome != row.outcome || got.Product != d.product.Name || got.Source != source ||
				got.RequestID != row.id || got.Account != row.account {
				t.Errorf("the log has %+v, want %+v from %s", got, row, source)
			}
		}
	})
}

// TestSecurity21NoLevelSilencesLogins: LOG_LEVEL filters everything but the lines of logins.
func TestSecurity21NoLevelSilencesLogins(t *testing.T) {
	everywhere(t, map[string]string{"LOG_LEVEL": "error", "SOURCE_LIMIT": "2"}, func(t *testing.T, d *door) {
		for _, want := range []string{string(login.Accepted), string(login.WrongPassword), "throttled"} {
			password := d.right.Password
			if want == string(login.WrongPassword) {
				password = "guess"
			}
			d.send(d.right.Username, password)
			if lines := d.lines(); len(lines) != 1 || lines[0].Outcome != want {
				t.Errorf("the log has %+v, want one line with %s", lines, want)
			}
		}
	}, first)
}

// TestSecurity21RefusedApplicationsAreLogged like refused users.
func TestSecurity21RefusedApplicationsAreLogged(t *testing.T) {
	everywhere(t, nil, func(t *testing.T, d *door) {
		d.authorization = basic(d.product.Application().ID, "not the secret")
		d.send(d.right.Username, d.right.Password)
		if lines := d.lines(); len(lines) != 1 || lines[0].Outcome != "application_refused" || lines[0].Source != "192.0.2.1" {
			t.Errorf("the log has %+v, want one refused application", lines)
		}
	}, target.Product.Applies)
}
