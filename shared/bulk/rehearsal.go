package bulk

import (
	"context"
	"hash/maphash"
	"strconv"
	"sync"

	"gatehouse/shared/directory"
)

// rehearsal is a directory that says what the real one would, and stores nothing. Of the users that would be there by
// now it knows the names, as digests, so that also the lines of one file can be in each other's way. The names that a
// replaced user would have given up it still takes for taken, in case of doubt in favour of a look at the line.
type rehearsal struct {
	directory.UserStore
	seed  maphash.Seed
	mutex sync.Mutex
	seen  map[uint64]int64 // digest of a name: the id of the user that would have it
}

func newRehearsal(s directory.UserStore) *rehearsal {
	return &rehearsal{UserStore: s, seed: maphash.MakeSeed(), seen: map[uint64]int64{}}
}

// owner gives the user that has the name, or ErrNotFound. Of one that would be there only by now it is the id alone.
func (r *rehearsal) owner(ctx context.Context, realm string, n name) (directory.User, error) {
	r.mutex.Lock()
	id, found := r.seen[maphash.Comparable(r.seed, n)]
	r.mutex.Unlock()
	if found {
		return directory.User{Realm: realm, ID: id}, nil
	}
	return n.owner(ctx, r.UserStore, realm)
}

func (r *rehearsal) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	return r.owner(ctx, realm, name{byID, strconv.FormatInt(id, 10)})
}

func (r *rehearsal) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	return r.owner(ctx, realm, name{string(by.Kind), by.Value})
}

func (r *rehearsal) AddUser(ctx context.Context, user directory.User) error {
	return r.claim(ctx, user, 0)
}

func (r *rehearsal) ReplaceUser(ctx context.Context, before, after directory.User) error {
	return r.claim(ctx, after, before.ID)
}

// claim gives the user its names, unless one is that of another user than self. Lines that claim one name do not get here
// at once.
func (r *rehearsal) claim(ctx context.Context, user directory.User, self int64) error {
	for _, n := range namesOf(user) {
		other, err := r.owner(ctx, user.Realm, n)
		switch {
		case err == nil && other.ID != self:
			return &directory.TakenError{Kind: n.kind, Value: n.value}
		case err != nil && !isNotFound(err):
			return err
		}
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, n := range namesOf(user) {
		r.seen[maphash.Comparable(r.seed, n)] = user.ID
	}
	return nil
}
