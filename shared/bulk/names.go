package bulk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gatehouse/shared/directory"
)

// name is a name that one user of a realm can have. The kinds are those of [directory.TakenError].
type name struct{ kind, value string }

const byID = "id"

// names is a set.
type names map[name]bool

func (n names) any(of []name) bool {
	return slices.ContainsFunc(of, func(one name) bool { return n[one] })
}

func (n names) add(others names) {
	for other := range others {
		n[other] = true
	}
}

// leadingRun returns the lines up to the first that touches a name of a line before it, and the names that they touch.
func leadingRun(batch []*task) (run []*task, touched names) {
	touched = names{}
	for n, t := range batch {
		if touched.any(t.touches) {
			return batch[:n], touched
		}
		for _, one := range t.touches {
			touched[one] = true
		}
	}
	return batch, touched
}

// namesOf returns the names of a user, beginning with its id unless that is yet to be chosen.
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

// crossedNamesOf returns the names of other users that [Namesakes] warns about.
func crossedNamesOf(user directory.User) []name {
	var names []name
	if strings.Contains(user.Username, "@") {
		names = append(names, name{string(directory.ByEmail), directory.Email(user.Username)})
	}
	if user.Email != "" {
		names = append(names, name{string(directory.ByUsername), user.Email})
	}
	return names
}

// Namesakes returns a warning for another user whose e-mail address is the user's username, and for one whose username is
// the user's e-mail address. Both may exist, but a login that takes either in one field tries the username first, so it
// never finds the user with the address.
func Namesakes(
	ctx context.Context, s directory.Store, user directory.User, called func(directory.User) string,
) (warnings []string, err error) {
	for _, n := range crossedNamesOf(user) {
		other, err := n.owner(ctx, s, user.Realm)
		switch {
		case isNotFound(err) || err == nil && other.ID == user.ID:
		case err != nil:
			return nil, err
		case n.kind == string(directory.ByEmail):
			warnings = append(warnings,
				fmt.Sprintf("the username %q is the email of %s, who is %s", user.Username, called(other), neverFound))
		default:
			warnings = append(warnings, fmt.Sprintf("the email %q is the username of %s: this user is %s",
				user.Email, called(other), neverFound))
		}
	}
	return warnings, nil
}

const neverFound = "never found by that where the username is tried first"

// owner returns the user that has the name, or ErrNotFound.
func (n name) owner(ctx context.Context, s directory.Store, realm string) (directory.User, error) {
	if n.kind != byID {
		return s.FindUser(ctx, realm, directory.Identifier{Kind: directory.Kind(n.kind), Value: n.value})
	}
	id, err := strconv.ParseInt(n.value, 10, 64)
	if err != nil {
		return directory.User{}, directory.ErrNotFound
	}
	return s.User(ctx, realm, id)
}
