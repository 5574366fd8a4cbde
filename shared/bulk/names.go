package bulk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gatehouse/shared/directory"
)

// name is a name that one user of a realm can have: an identifier, or an id in decimal.
type name = directory.Identifier

// byID is the kind of ids, as in [directory.TakenError].
const byID directory.Kind = "id"

// names is a set.
type names map[name]bool

func (n names) any(of []name) bool {
	return slices.ContainsFunc(of, func(one name) bool { return n[one] })
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
func namesOf(user directory.User) (names []name) {
	if user.ID != 0 {
		names = append(names, name{Kind: byID, Value: strconv.FormatInt(user.ID, 10)})
	}
	if user.Username != "" {
		names = append(names, directory.Username(user.Username))
	}
	if user.Email != "" {
		names = append(names, name{Kind: directory.ByEmail, Value: user.Email})
	}
	return names
}

// crossedNamesOf returns the names of other users that [Namesakes] warns about.
func crossedNamesOf(user directory.User) (names []name) {
	if strings.Contains(user.Username, "@") {
		names = append(names, directory.EmailAddress(user.Username))
	}
	if user.Email != "" {
		names = append(names, directory.Username(user.Email))
	}
	return names
}

// Namesakes returns a warning for another user whose e-mail address is the user's username, and for one whose username is
// the user's e-mail address. A login that takes either in one field tries the username first, so it never finds the user
// with the address.
func Namesakes(
	ctx context.Context, s directory.Store, user directory.User, called func(directory.User) string,
) (warnings []string, err error) {
	const neverFound = "never found by that where the username is tried first"
	for _, n := range crossedNamesOf(user) {
		other, err := s.FindUser(ctx, user.Realm, n)
		switch {
		case isNotFound(err) || err == nil && other.ID == user.ID:
		case err != nil:
			return nil, err
		case n.Kind == directory.ByEmail:
			warnings = append(warnings,
				fmt.Sprintf("the username %q is the email of %s, who is %s", user.Username, called(other), neverFound))
		default:
			warnings = append(warnings,
				fmt.Sprintf("the email %q is the username of %s: this user is %s", user.Email, called(other), neverFound))
		}
	}
	return warnings, nil
}

// owner returns the user that has the name, or ErrNotFound.
func owner(ctx context.Context, s directory.Store, realm string, n name) (directory.User, error) {
	if n.Kind != byID {
		return s.FindUser(ctx, realm, n)
	}
	id, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return directory.User{}, directory.ErrNotFound
	}
	return s.User(ctx, realm, id)
}
