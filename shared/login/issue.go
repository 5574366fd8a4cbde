package login

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// signInTries bounds how often a new sign-in id may already be taken. At a hundred sign-ins a millisecond, one new id in 41
// collides, so eight collisions in a row have another cause.
const signInTries = 8

// issue mints the requested tokens and stores them in one call. Without any, there is nothing to store.
func (v *Visit) issue(
	ctx context.Context, account directory.Account, user directory.User, epoch int64, request Request,
) ([]Issued, error) {
	if len(request.Issue) == 0 {
		return nil, nil
	}
	for try := 1; ; try++ {
		issued, sessions, err := v.mint(account, user, epoch, request)
		if err != nil {
			return nil, err
		}
		err = v.store.Begin(ctx, sessions...)
		if err == nil {
			return issued, nil
		}
		if !errors.Is(err, session.ErrTaken) || try == signInTries {
			return nil, fmt.Errorf("storing the session: %w", err)
		}
	}
}

func (v *Visit) mint(
	account directory.Account, user directory.User, epoch int64, request Request,
) (issued []Issued, sessions []session.Session, err error) {
	for _, grant := range request.Issue {
		s := session.Session{
			Kind: grant.Kind, Product: v.caller.Product, Realm: account.Realm, UserID: user.ID, Scope: account.Scope,
			Epoch: epoch, Created: v.now, Expires: v.now.Add(grant.Lifetime),
		}
		if request.Application != nil {
			s.Application = request.Application.ID
		}
		out := Issued{Expires: s.Expires}
		if grant.Kind == session.SignIn {
			out.ID, err = v.service.Minter.SignInID(v.now)
			s.ID = out.ID
		} else {
			out.Token, s.Digest, err = v.service.Minter.Token()
		}
		if err != nil {
			return nil, nil, err
		}
		issued, sessions = append(issued, out), append(sessions, s)
	}
	return issued, sessions, nil
}

// Token returns a new random token that is stored nowhere, for clients that expect one beside their session.
func (v *Visit) Token() (string, error) {
	token, _, err := v.service.Minter.Token()
	return token, err
}
