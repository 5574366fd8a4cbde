package bulk

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/directory"
)

// row is a user in the making, column by column.
type row struct {
	user                directory.User
	active, confirmed   *bool // nil: no column says so
	password            string
	firstName, lastName string
}

func (r row) record() (directory.Entry, error) {
	if r.password != "" && r.user.PasswordHash != "" {
		return directory.Entry{}, errors.New("both password and password_hash")
	}
	if r.user.Name == "" {
		r.user.Name = strings.TrimSpace(r.firstName + " " + r.lastName)
	}
	record := directory.EntryOf(r.user)
	record.Password, record.Active, record.Confirmed = r.password, r.active, r.confirmed
	if r.user.CreatedAt.IsZero() {
		record.CreatedAt = nil
	}
	return record, nil
}

// setter gives a user what one column says.
type setter struct {
	column string
	apply  func(r *row, value string) error // nil: the column does not count
}

// targets are what a column can be besides [Fields].
var targets = map[string]func(r *row, value string) error{
	"id":            func(r *row, v string) error { return setID(&r.user, v) },
	"password":      func(r *row, v string) error { r.password = v; return nil },
	"password_hash": func(r *row, v string) error { r.user.PasswordHash = v; return nil },
	"first_name":    func(r *row, v string) error { r.firstName = v; return nil },
	"last_name":     func(r *row, v string) error { r.lastName = v; return nil },
	"active": mark(func(r *row, yes bool) {
		if r.active == nil || *r.active { // no column says that it is deleted
			r.active = &yes
		}
	}),
	"deleted": mark(func(r *row, yes bool) {
		if yes { // a user that is not deleted may be inactive
			r.active = new(false)
		}
	}),
	"deleted_at": func(r *row, _ string) error { r.active = new(false); return nil },
	"confirmed":  mark(func(r *row, yes bool) { r.confirmed = &yes }),
	"service": mark(func(r *row, yes bool) {
		if yes {
			r.user.AccountType = directory.ServiceAccount
		}
	}),
	"created_at": func(r *row, v string) error {
		created, err := timeOf(v)
		if err == nil {
			r.user.CreatedAt = *created
		}
		return err
	},
	"permissions": func(r *row, v string) error {
		if err := json.Unmarshal([]byte(v), &r.user.Permissions); err != nil {
			return errors.New("not a JSON array of strings")
		}
		return nil
	},
}

// target gives what a field of this name takes.
func target(field string) (func(*row, string) error, bool) {
	if apply, found := targets[field]; found {
		return apply, true
	}
	for _, each := range Fields {
		if each.Name == field {
			return func(r *row, value string) error { return each.Set(&r.user, value) }, true
		}
	}
	return nil, false
}

func mark(set func(*row, bool)) func(*row, string) error {
	return func(r *row, value string) error {
		yes, known := truth(value)
		if !known {
			return errors.New("must be true or false")
		}
		set(r, yes)
		return nil
	}
}

// truth reads true and false as people, PostgreSQL (t, f) and MySQL (1, 0) write them. What is neither is not known.
func truth(value string) (yes, known bool) {
	switch strings.ToLower(value) {
	case "t", "true", "1", "yes", "y":
		return true, true
	case "f", "false", "0", "no", "n":
		return false, true
	}
	return false, false
}

func setID(user *directory.User, value string) error {
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id <= 0 {
		return errors.New("not a positive whole number; --map with nothing for the field leaves the column out")
	}
	user.ID = id
	return nil
}

var errNoTime = errors.New("not a time like 2026-01-02T15:04:05Z or 2026-01-02 15:04:05")

// timeOf reads a time as RFC 3339, PostgreSQL, MySQL or Django without time zones writes it; without a zone it is in UTC.
// Nil is "".
func timeOf(value string) (*time.Time, error) {
	if value == "" {
		return nil, nil
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly,
	} {
		if t, err := time.Parse(layout, value); err == nil {
			return &t, nil
		}
	}
	return nil, errNoTime
}
