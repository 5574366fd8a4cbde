package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/directory"
)

// showTable prints a user, its counts and the verdict for people.
func (u *users) showTable(user directory.User, counted []countView, verdict verdict) error {
	t := newTable(u.stdout)
	t.row("id", user.ID)
	t.row("realm", printable(user.Realm))
	for _, line := range [][2]string{{"username", user.Username}, {"email", user.Email}, {"name", user.Name}} {
		t.row(line[0], dash(printable(line[1])))
	}
	t.row("active", yesNo(user.Active))
	t.row("confirmed", yesNo(user.Confirmed))
	t.row("password", passwordState(user))
	t.row("created", moment(user.CreatedAt, "-"))
	t.row("last login", momentOr(lastLogin(counted), "never"))
	for _, line := range profile(user.Profile) {
		t.row(line[0], line[1])
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := u.say(""); err != nil {
		return err
	}
	t = newTable(u.stdout)
	t.row("COUNTED BY", "FAILURES", "IN A ROW", "LAST FAILURE", "LOCKED")
	for _, count := range counted {
		t.row(count.by(), of(count.Failures, count.Limit), of(count.ConsecutiveFailures, count.Cap),
			momentOr(count.LastFailureAt, "-"), count.lock())
	}
	if err := t.flush(); err != nil {
		return err
	}
	return u.say("\n%s", verdict)
}

// profile returns the fields of the profile that have a value.
func profile(p directory.Profile) [][2]string {
	var lines [][2]string
	add := func(name string, has bool, value string) {
		if has {
			lines = append(lines, [2]string{name, printable(value)})
		}
	}
	add("account type", p.AccountType != "", p.AccountType)
	add("image URL", p.ImageURL != "", p.ImageURL)
	add("invite link", p.InviteLink != "", p.InviteLink)
	if p.RootRole != nil {
		add("root role", true, strconv.FormatInt(*p.RootRole, 10))
	}
	if p.EmailSent != nil {
		add("e-mail sent", true, yesNo(*p.EmailSent))
	}
	add("SCIM id", p.ScimID != "", p.ScimID)
	add("seat type", p.SeatType != "", p.SeatType)
	add("company role", p.CompanyRole != "", p.CompanyRole)
	if p.ProductUpdatesEmailConsent != nil {
		add("product news", true, yesNo(*p.ProductUpdatesEmailConsent))
	}
	add("permissions", len(p.Permissions) > 0, strings.Join(p.Permissions, ", "))
	return lines
}

// by names the scope.
func (c countView) by() string {
	if c.Application == nil {
		return "realm"
	}
	return fmt.Sprintf("application %d", *c.Application)
}

// lock returns whether the count refuses logins, and until when.
func (c countView) lock() string {
	switch {
	case !c.InForce:
		return "no longer in force"
	case c.Restored:
		return "until unlocked: the user is older than its record, as after a restore"
	case c.Disabled:
		return "until unlocked"
	case c.Locked:
		return "until " + momentOr(c.LockedUntil, "")
	}
	return "no"
}

// of formats a count with its limit, if it has one.
func of(count, limit int) string {
	if limit == 0 {
		return strconv.Itoa(count)
	}
	return fmt.Sprintf("%d of %d", count, limit)
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func momentOr(t *time.Time, none string) string {
	if t == nil {
		return none
	}
	return moment(*t, none)
}
