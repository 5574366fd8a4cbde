package main

import (
	"context"
	"hash/maphash"
	"strconv"

	"gatehouse/shared/directory"
)

// rehearsal is a directory that says what the real one would, and stores nothing. Of the users that would be there by
// now it knows the names, as digests, so that also the lines of one file can be in each other's way. The names that a
// replaced user would have given up it still takes for taken, in case of doubt in favour of a look at the line.
type rehearsal struct {
	directory.UserStore
	seed maphash.Seed
	seen map[uint64]int64 // digest of a name: whose it would be
}

func newRehearsal(s directory.UserStore) *rehearsal {
	return &rehearsal{UserStore: s, seed: maphash.MakeSeed(), seen: map[uint64]int64{}}
}

// name is one of the names of a user, the kinds as [directory.TakenError] has them.
type name struct{ kind, value string }

func namesOf(user directory.User) []name {
	names := []name{{"id", strconv.FormatInt(user.ID, 10)}}
	if user.Username != "" {
		names = append(names, name{"username", user.Username})
	}
	if user.Email != "" {
		names = append(names, name{"email", user.Email})
	}
	return names
}

// owner gives the user that has the name, or ErrNotFound. Of one that would be there only by now it is the id alone.
func (r *rehearsal) owner(ctx context.Context, realm string, id int64, n name) (directory.User, error) {
	if id, found := r.seen[maphash.Comparable(r.seed, n)]; found {
		return directory.User{Realm: realm, ID: id}, nil
	}
	if n.kind == "id" {
		return r.UserStore.User(ctx, realm, id)
	}
	return r.UserStore.FindUser(ctx, realm, directory.Identifier{Kind: directory.Kind(n.kind), Value: n.value})
}

func (r *rehearsal) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	return r.owner(ctx, realm, id, name{"id", strconv.FormatInt(id, 10)})
}

func (r *rehearsal) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	return r.owner(ctx, realm, 0, name{string(by.Kind), by.Value})
}

func (r *rehearsal) AddUser(ctx context.Context, user directory.User) error {
	return r.claim(ctx, user, namesOf(user), 0)
}

func (r *rehearsal) ReplaceUser(ctx context.Context, before, after directory.User) error {
	return r.claim(ctx, after, namesOf(after), before.ID)
}

// claim gives the user its names, unless one is that of another user than self.
func (r *rehearsal) claim(ctx context.Context, user directory.User, names []name, self int64) error {
	for _, n := range names {
		other, err := r.owner(ctx, user.Realm, user.ID, n)
		switch {
		case err == nil && other.ID != self:
			return &directory.TakenError{Kind: n.kind, Value: n.value}
		case err != nil && !isNotFound(err):
			return err
		}
	}
	for _, n := range names {
		r.seen[maphash.Comparable(r.seed, n)] = user.ID
	}
	return nil
}
