package bulk

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/directory"
)

// Field is a property of a user that a column of a table or a flag can set.
type Field struct {
	Name  string // in the import format
	Usage string // for a person, with the kind of value in backquotes
	// Set parses the value; an empty one clears the field. The error states what the value must be.
	Set func(user *directory.User, value string) error
}

// Fields lists the fields in the order in which a person wants to read them.
var Fields = []Field{
	{"username", "`name` to log in with, in this letter case", text(func(u *directory.User) *string { return &u.Username })},
	{"email", "e-mail `address` to log in with, in any letter case", func(user *directory.User, value string) error {
		user.Email = directory.Email(value)
		return nil
	}},
	{"name", "full `name`", text(func(u *directory.User) *string { return &u.Name })},
	{"account_type", "`type` of account; a \"" + directory.ServiceAccount + "\" cannot log in",
		text(func(u *directory.User) *string { return &u.AccountType })},
	{"image_url", "`URL` of a picture", text(func(u *directory.User) *string { return &u.ImageURL })},
	{"invite_link", "`URL` of an invitation", text(func(u *directory.User) *string { return &u.InviteLink })},
	{"scim_id", "`id` in SCIM", text(func(u *directory.User) *string { return &u.ScimID })},
	{"seat_type", "`type` of seat", text(func(u *directory.User) *string { return &u.SeatType })},
	{"company_role", "`role` in the company", text(func(u *directory.User) *string { return &u.CompanyRole })},
	{"root_role", "`number` of the root role", optional(func(u *directory.User) **int64 { return &u.RootRole }, wholeNumber)},
	{"email_sent", "whether an invitation was mailed: `true|false`",
		optional(func(u *directory.User) **bool { return &u.EmailSent }, truth)},
	{"product_updates_email_consent", "whether product news may be mailed: `true|false`",
		optional(func(u *directory.User) **bool { return &u.ProductUpdatesEmailConsent }, truth)},
}

func text(field func(*directory.User) *string) func(*directory.User, string) error {
	return func(user *directory.User, value string) error {
		*field(user) = value
		return nil
	}
}

func optional[T any](field func(*directory.User) **T, parse func(string) (T, error)) func(*directory.User, string) error {
	return func(user *directory.User, value string) (err error) {
		*field(user) = nil
		if value != "" {
			*field(user) = new(T)
			**field(user), err = parse(value)
		}
		return err
	}
}

// row collects a user from the columns of a row.
type row struct {
	user                directory.User
	active, confirmed   *bool // nil without such a column
	password            string
	firstName, lastName string
}

func (r row) entry() (directory.Entry, error) {
	if r.password != "" && r.user.PasswordHash != "" {
		return directory.Entry{}, errors.New("both password and password_hash")
	}
	if r.user.Name == "" {
		r.user.Name = strings.TrimSpace(r.firstName + " " + r.lastName)
	}
	entry := directory.EntryOf(r.user)
	entry.Password, entry.Active, entry.Confirmed = r.password, r.active, r.confirmed
	if r.user.CreatedAt.IsZero() {
		entry.CreatedAt = nil
	}
	return entry, nil
}

// setterOf returns what sets a field of a row; nil if there is no such field.
func setterOf(field string) func(*row, string) error {
	for _, f := range Fields {
		if f.Name == field {
			return func(r *row, value string) error { return f.Set(&r.user, value) }
		}
	}
	return columnFields[field]
}

// columnFields are the fields of a table besides [Fields].
var columnFields = map[string]func(r *row, value string) error{
	"id": func(r *row, v string) (err error) {
		if r.user.ID, err = strconv.ParseInt(v, 10, 64); err != nil || r.user.ID <= 0 {
			return errors.New("not a positive whole number; an empty field in --map ignores the column")
		}
		return nil
	},
	"password":      func(r *row, v string) error { r.password = v; return nil },
	"password_hash": func(r *row, v string) error { r.user.PasswordHash = v; return nil },
	"first_name":    func(r *row, v string) error { r.firstName = v; return nil },
	"last_name":     func(r *row, v string) error { r.lastName = v; return nil },
	"active": mark(func(r *row, yes bool) {
		if r.active == nil || *r.active { // another column can be deleted
			r.active = &yes
		}
	}),
	"deleted": mark(func(r *row, yes bool) {
		if yes { // a user who is not deleted can be inactive
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
	"created_at": func(r *row, v string) (err error) {
		r.user.CreatedAt, err = timeOf(v)
		return err
	},
	"permissions": func(r *row, v string) error {
		if json.Unmarshal([]byte(v), &r.user.Permissions) != nil {
			return errors.New("not a JSON array of strings")
		}
		return nil
	},
}

func mark(set func(*row, bool)) func(*row, string) error {
	return func(r *row, value string) error {
		yes, err := truth(value)
		if err == nil {
			set(r, yes)
		}
		return err
	}
}

// truth parses a truth value as people, PostgreSQL (t, f) and MySQL (1, 0) write it.
func truth(value string) (bool, error) {
	switch strings.ToLower(value) {
	case "t", "true", "1", "yes", "y":
		return true, nil
	case "f", "false", "0", "no", "n":
		return false, nil
	}
	return false, errors.New("must be true, false or empty")
}

func wholeNumber(value string) (number int64, err error) {
	if number, err = strconv.ParseInt(value, 10, 64); err != nil {
		err = errors.New("must be a whole number or empty")
	}
	return number, err
}

var errNoTime = errors.New("not a time like 2026-01-02T15:04:05Z or 2026-01-02 15:04:05")

// timeOf parses a time as RFC 3339, PostgreSQL, MySQL and Django without time zones write it. A time without a zone is UTC.
func timeOf(value string) (time.Time, error) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly,
	} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errNoTime
}
