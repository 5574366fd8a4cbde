package bulk

import (
	"context"
	"hash/maphash"
	"strconv"
	"sync"

	"gatehouse/shared/directory"
)

// rehearsal is a store for a dry run: it responds as the real one would during the import and changes nothing. It remembers
// a digest of every name that the import would have claimed, so lines of one file conflict with each other. A name that a
// replaced user would have freed stays taken.
type rehearsal struct {
	directory.Store
	seed  maphash.Seed
	mutex sync.Mutex
	seen  map[uint64]int64 // digest of a name: id of the user that would have it
}

func newRehearsal(s directory.Store) *rehearsal {
	return &rehearsal{Store: s, seed: maphash.MakeSeed(), seen: map[uint64]int64{}}
}

// FindUser returns the user that has the name, which may be an id. A user that only the dry run added has nothing but its id.
func (r *rehearsal) FindUser(ctx context.Context, realm string, n name) (directory.User, error) {
	r.mutex.Lock()
	id, found := r.seen[maphash.Comparable(r.seed, n)]
	r.mutex.Unlock()
	if found {
		return directory.User{Realm: realm, ID: id}, nil
	}
	return owner(ctx, r.Store, realm, n)
}

func (r *rehearsal) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	return r.FindUser(ctx, realm, name{Kind: byID, Value: strconv.FormatInt(id, 10)})
}

func (r *rehearsal) AddUser(ctx context.Context, user directory.User) error {
	return r.claim(ctx, user, 0)
}

func (r *rehearsal) ReplaceUser(ctx context.Context, before, after directory.User) error {
	return r.claim(ctx, after, before.ID)
}

// claim reserves the names of a user, unless one belongs to a user other than self. No two calls at once share a name.
func (r *rehearsal) claim(ctx context.Context, user directory.User, self int64) error {
	for _, n := range namesOf(user) {
		other, err := r.FindUser(ctx, user.Realm, n)
		switch {
		case err == nil && other.ID != self:
			return &directory.TakenError{Kind: string(n.Kind), Value: n.Value}
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
