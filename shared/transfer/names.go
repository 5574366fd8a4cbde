package transfer

import (
	"context"
	"strconv"

	"gatehouse/shared/directory"
)

// name is what a user has for itself in a realm, with the kinds of [directory.TakenError].
type name struct{ kind, value string }

const byID = "id"

// namesOf gives the names of a user, first its id unless that is yet to be chosen.
func namesOf(user directory.User) []name {
	var names []name
	if user.ID != 0 {
		names = append(names, name{byID, strconv.FormatInt(user.ID, 10)})
	}
	if user.Username != "" {
		names = append(names, name{string(directory.ByUsername), user.Username})
	}
	if user.Email != "" {
		names = append(names, name{string(directory.ByEmail), user.Email})
	}
	return names
}

// owner gives the user that has the name, or ErrNotFound.
func (n name) owner(ctx context.Context, s directory.UserStore, realm string) (directory.User, error) {
	if n.kind != byID {
		return s.FindUser(ctx, realm, directory.Identifier{Kind: directory.Kind(n.kind), Value: n.value})
	}
	id, err := strconv.ParseInt(n.value, 10, 64)
	if err != nil {
		return directory.User{}, directory.ErrNotFound
	}
	return s.User(ctx, realm, id)
}
