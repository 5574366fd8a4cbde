package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
)

func (u *users) show() *cobra.Command {
	return u.withJSON(&cobra.Command{
		Use:   "show USER",
		Short: "Show a user, its counted failures and whether it can log in",
		Long: `Shows a user, its counted failures and whether it can log in. Locks are judged by this environment's
ATTEMPT_LIMIT, LOCKOUT_MINUTES and FAILURE_CAP: set them as the server has them.

` + naming,
		Example: `  gatehouse users show jane.doe
  gatehouse users show jane.doe --json | jq '.can_log_in, .why_not'`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			settings, err := u.config()
			if err != nil {
				return err
			}
			counted, err := countsOf(ctx, s, user, settings.Policy(), now())
			if err != nil {
				return err
			}
			live, err := liveSessions(ctx, s, user, "")
			if err != nil {
				return err
			}
			details := userDetails{viewOf(user), lastLogin(counted), len(live), counted, verdictOn(user, counted, settings)}
			if u.asJSON {
				return writeJSON(u.stdout, details)
			}
			return u.showTable(user, details)
		}),
	})
}

// userView is a user as --json shows it: the keys of the import format, and never the password hash. It is no line of an
// import file: one without its hash would lock the user out.
type userView struct {
	Realm       string    `json:"realm"`
	ID          int64     `json:"id"`
	Username    string    `json:"username"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	HasPassword bool      `json:"has_password"`
	Active      bool      `json:"active"`
	Confirmed   bool      `json:"confirmed"`
	CreatedAt   time.Time `json:"created_at"`
	directory.Profile
}

func viewOf(user directory.User) userView {
	return userView{
		Realm: user.Realm, ID: user.ID, Username: user.Username, Email: user.Email, Name: user.Name,
		HasPassword: user.PasswordHash != "", Active: user.Active, Confirmed: user.Confirmed,
		CreatedAt: user.CreatedAt.UTC(), Profile: user.Profile,
	}
}

// userDetails is a user with its counts, as --json shows it.
type userDetails struct {
	userView
	LastLoginAt *time.Time  `json:"last_login_at"` // null: never
	Sessions    int         `json:"sessions"`      // that are live
	Attempts    []countView `json:"attempts"`
	verdict
}

// showTable prints a user and its details for people.
func (u *users) showTable(user directory.User, details userDetails) error {
	t := newTable(u.stdout)
	t.row("id", user.ID)
	t.row("realm", printable(user.Realm))
	t.row("username", cmp.Or(printable(user.Username), "-"))
	t.row("email", cmp.Or(printable(user.Email), "-"))
	t.row("name", cmp.Or(printable(user.Name), "-"))
	t.row("active", yesNo(user.Active))
	t.row("confirmed", yesNo(user.Confirmed))
	t.row("password", passwordState(user))
	t.row("created", moment(optional(user.CreatedAt), "-"))
	t.row("last login", moment(details.LastLoginAt, "never"))
	t.row("sessions", details.Sessions)
	t.profile(user.Profile)
	if err := errors.Join(t.flush(), u.say("")); err != nil {
		return err
	}
	t.row("COUNTED BY", "FAILURES", "IN A ROW", "LAST FAILURE", "LOCKED")
	for _, count := range details.Attempts {
		t.row(count.by(), of(count.Failures, count.Limit), of(count.ConsecutiveFailures, count.Cap),
			moment(count.LastFailureAt, "-"), count.lock())
	}
	if err := t.flush(); err != nil {
		return err
	}
	return u.say("\n%s", details.verdict)
}

// profile adds the fields of the profile that have a value, as the import format names them.
func (t table) profile(p directory.Profile) {
	fields := reflect.ValueOf(p)
	for i := range fields.NumField() {
		if value := fields.Field(i); !value.IsZero() {
			name, _, _ := strings.Cut(fields.Type().Field(i).Tag.Get("json"), ",")
			t.row(strings.ReplaceAll(name, "_", " "), printable(fmt.Sprint(reflect.Indirect(value))))
		}
	}
}

// verdict is whether a user can log in now, and the limits that decided.
type verdict struct {
	CanLogIn bool     `json:"can_log_in"` // at the endpoints that count in the realm
	WhyNot   []string `json:"why_not"`    // empty if it can
	JudgedBy struct { // the settings that decide about locks
		AttemptLimit   int `json:"ATTEMPT_LIMIT"`
		LockoutMinutes int `json:"LOCKOUT_MINUTES"`
		FailureCap     int `json:"FAILURE_CAP"`
	} `json:"judged_by"`

	elsewhere []string // applications with limits of their own that refuse it
}

func verdictOn(user directory.User, counted []countView, settings config.Config) verdict {
	v := verdict{WhyNot: marks(user)}
	v.JudgedBy.AttemptLimit, v.JudgedBy.LockoutMinutes = settings.AttemptLimit, settings.LockoutMinutes
	v.JudgedBy.FailureCap = settings.FailureCap
	switch {
	case user.AccountType == directory.ServiceAccount:
		v.WhyNot = append(v.WhyNot, "a service account")
	case user.PasswordHash == "":
		v.WhyNot = append(v.WhyNot, "no password")
	}
	for _, count := range counted {
		switch {
		case count.Locked && count.Application == nil:
			v.WhyNot = append(v.WhyNot, "locked "+count.lock())
		case count.Locked:
			v.elsewhere = append(v.elsewhere, count.by()+": locked "+count.lock())
		}
	}
	v.CanLogIn = len(v.WhyNot) == 0
	return v
}

// String returns the verdict for people, in two lines.
func (v verdict) String() string {
	answer := "yes"
	if !v.CanLogIn {
		answer = "no, " + strings.Join(v.WhyNot, ", ")
	}
	return fmt.Sprintf("can log in: %s\njudged by: ATTEMPT_LIMIT=%d LOCKOUT_MINUTES=%d FAILURE_CAP=%d",
		strings.Join(append([]string{answer}, v.elsewhere...), "; "),
		v.JudgedBy.AttemptLimit, v.JudgedBy.LockoutMinutes, v.JudgedBy.FailureCap)
}

// marks returns the user's own marks that keep it from logging in.
func marks(user directory.User) []string {
	marks := []string{}
	if !user.Active {
		marks = append(marks, "inactive")
	}
	if !user.Confirmed {
		marks = append(marks, "unconfirmed")
	}
	return marks
}

// passwordState is all that is shown of a password hash.
func passwordState(user directory.User) string {
	if user.PasswordHash == "" {
		return "none"
	}
	return "set"
}
