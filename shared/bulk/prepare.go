package bulk

import (
	"context"
	"errors"
	"strings"

	"gatehouse/shared/directory"
)

// entry is what one line asks for.
type entry struct {
	user   directory.User
	plain  string  // the password that the hash was made of, if the line has one
	given  string  // or the hash as the line has it
	silent bool    // the line says nothing of a password
	active bool    // the line says whether the user is active
	sure   bool    // the line says whether the address is confirmed
	format string  // of the password, for the counts
	times  float64 // how long a login with its hash takes, where others take 1
}

// fault is what ends an import, unlike what is wrong with one line.
type fault struct{ error }

func (f fault) Unwrap() error { return f.error }

// prepare does for a line what need not wait for its turn.
func (r *running) prepare(ctx context.Context, t *task) {
	r.hashing <- struct{}{}
	t.entry, t.err = r.entryOf(t.line)
	<-r.hashing
	if t.err == nil {
		r.lookUp(ctx, t)
	}
}

// entryOf makes the user of a line.
func (r *running) entryOf(line line) (entry, error) {
	if line.err != nil {
		return entry{}, line.err
	}
	record, err := r.Form.record(line.text)
	if err != nil {
		return entry{}, err
	}
	if r.NewIDs {
		record.ID = 0
	}
	e := entry{
		user: record.User(r.Realm, r.Now()), plain: record.Password, given: record.PasswordHash, format: formatOf(record),
		silent: record.Password == "" && record.PasswordHash == "", active: record.Active != nil, sure: record.Confirmed != nil,
	}
	if year := e.user.CreatedAt.Year(); year < 0 || year > 9999 {
		return entry{}, errors.New("created_at: beyond the years that RFC 3339 can write in UTC")
	}
	if err := e.user.Validate(); err != nil {
		return entry{}, err // before anything is hashed
	}
	if e.plain != "" && r.CheckNew != nil {
		if err := r.CheckNew(e.user, e.plain); err != nil {
			return entry{}, err
		}
	}
	switch {
	case e.plain != "":
		e.user.PasswordHash, err = r.hasher.Hash(e.plain)
	case e.format == formatCrafter:
		e.user.PasswordHash, err = r.hasher.Import(e.given)
	default: // hashes nothing, and bounds what logins will verify
		e.user.PasswordHash, err = r.Hasher.Import(e.given)
	}
	e.times = r.Hasher.Slowness(e.user.PasswordHash)
	return e, err
}

// What stands for the format of a password that has no name of its own in it.
const (
	formatPlain   = "plain text"
	formatNone    = "none"
	formatBcrypt  = "bcrypt"
	formatCrafter = "crafter"
)

// formatOf is the format of a line's password in a word. Django's formats begin with their names.
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
