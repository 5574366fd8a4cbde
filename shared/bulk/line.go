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
	entry  directory.Entry
	user   directory.User
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

// parse makes a user of a line, with its hash and how much slower than new ones that is verified.
func (r *running) parse(t *task) (err error) {
	if t.entry, err = t.record(); err != nil {
		return err
	}
	if r.NewIDs {
		t.entry.ID = 0
	}
	t.user, t.format = t.entry.User(r.Realm, r.Now()), formatOf(t.entry)
	if year := t.user.CreatedAt.Year(); year < 0 || year > 9999 {
		return errors.New("created_at: RFC 3339 cannot express this year in UTC")
	}
	if err := t.user.Validate(); err != nil {
		return err
	}
	plain, hash := t.entry.Password, t.entry.PasswordHash
	if plain != "" && r.CheckNew != nil {
		if err := r.CheckNew(t.user, plain); err != nil {
			return err
		}
	}
	switch {
	case plain != "":
		t.user.PasswordHash, err = r.hasher.Hash(plain)
	case t.format == formatDigest: // is hashed again
		t.user.PasswordHash, err = r.hasher.Import(hash)
	default: // is checked against the bounds of logins
		t.user.PasswordHash, err = r.Hasher.Import(hash)
	}
	t.times = r.Hasher.Slowness(t.user.PasswordHash)
	return err
}

// formatDigest is the format of hashes that are salted but fast: see [password.Hasher.Import].
const formatDigest = "crafter"

// formatOf names the format of a password. Most hashes begin with its name.
func formatOf(entry directory.Entry) string {
	name, _, named := strings.Cut(entry.PasswordHash, "$")
	switch {
	case entry.Password != "":
		return "plain text"
	case entry.PasswordHash == "" || strings.HasPrefix(entry.PasswordHash, "!"):
		return "none"
	case !named:
		return formatDigest
	case name == "":
		return "bcrypt"
	}
	return name
}
