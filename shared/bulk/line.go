package bulk

import (
	"context"
	"errors"
	"strings"

	"gatehouse/shared/directory"
)

// task is a line on its way into the store.
type task struct {
	line
	user   directory.User
	plain  string  // the password, if the line has it in plain text
	given  string  // the hash as the line has it
	silent bool    // the line mentions no password
	active bool    // the line says whether the user is active
	sure   bool    // the line says whether the address is confirmed
	format string  // of the password, for the tally
	times  float64 // duration of a login with this hash, as a multiple of the usual

	touches  []name          // names that the line claims, reads or frees
	before   *directory.User // the user to replace
	warnings []string        // reported if the line is stored
	begun    bool            // storing began
	did      outcome
}

// fault is an error that ends the import.
type fault struct{ error }

func (f fault) Unwrap() error { return f.error }

// prepareLine does what need not wait for the lines before this one.
func (r *running) prepareLine(ctx context.Context, t *task) {
	r.hashing <- struct{}{}
	if t.err == nil {
		t.err = r.parse(t)
	}
	<-r.hashing
	if t.err == nil {
		r.lookUp(ctx, t)
	}
}

// parse makes a user of a line.
func (r *running) parse(t *task) error {
	record, err := t.record()
	if err != nil {
		return err
	}
	if r.NewIDs {
		record.ID = 0
	}
	t.user, t.plain, t.given, t.format = record.User(r.Realm, r.Now()), record.Password, record.PasswordHash, formatOf(record)
	t.silent, t.active, t.sure = t.plain == "" && t.given == "", record.Active != nil, record.Confirmed != nil
	if year := t.user.CreatedAt.Year(); year < 0 || year > 9999 {
		return errors.New("created_at: RFC 3339 cannot express this year in UTC")
	}
	if err := t.user.Validate(); err != nil {
		return err
	}
	if t.plain != "" && r.CheckNew != nil {
		if err := r.CheckNew(t.user, t.plain); err != nil {
			return err
		}
	}
	return r.hash(t)
}

// hash sets the user's password hash, and how much slower than new ones it is verified.
func (r *running) hash(t *task) (err error) {
	switch {
	case t.plain != "":
		t.user.PasswordHash, err = r.hasher.Hash(t.plain)
	case t.format == formatCrafter: // is hashed again
		t.user.PasswordHash, err = r.hasher.Import(t.given)
	default: // is checked against the bounds of logins
		t.user.PasswordHash, err = r.Hasher.Import(t.given)
	}
	t.times = r.Hasher.Slowness(t.user.PasswordHash)
	return err
}

// The formats of passwords that carry no name of their own.
const (
	formatPlain   = "plain text"
	formatNone    = "none"
	formatBcrypt  = "bcrypt"
	formatCrafter = "crafter"
)

// formatOf names the format of a password. Django's formats begin with their names.
func formatOf(record directory.Entry) string {
	name, _, named := strings.Cut(record.PasswordHash, "$")
	switch {
	case record.Password != "":
		return formatPlain
	case record.PasswordHash == "" || strings.HasPrefix(record.PasswordHash, "!"):
		return formatNone
	case !named:
		return formatCrafter
	case name == "":
		return formatBcrypt
	}
	return name
}
