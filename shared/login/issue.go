package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// Grant is one token, or one numbered sign-in, that an accepted login issues.
type Grant struct {
	Kind     session.Kind
	Idle     time.Duration // without use; 0: no limit
	Lifetime time.Duration // from the login on
	// Data returns what the product keeps of the login, from its result: the user, and what all grants issued. Nil for nothing.
	Data func(Result) ([]byte, error)
}

// Issued is the token or sign-in issued for a [Grant].
type Issued struct {
	Token   string // sent to the client, stored only as a digest; empty for a sign-in
	ID      int64  // a sign-in's number; 0 for the others
	Expires time.Time
	Data    []byte // what the product keeps of the login, see [Grant]
}

// signInTries bounds how often a new sign-in id may already be taken. At a hundred sign-ins a millisecond, one new id in 41
// collides, so eight collisions in a row have another cause.
const signInTries = 8

// issue mints the requested tokens and stores them in one call. Without any, there is nothing to store.
func (v *Visit) issue(ctx context.Context, result *Result, epoch int64, request Request) error {
	if len(request.Issue) == 0 {
		return nil
	}
	var err error
	for range signInTries {
		var sessions []session.Session
		if sessions, err = v.mint(result, epoch, request); err != nil {
			return err
		}
		if err = v.store.Begin(ctx, sessions...); err == nil {
			v.displace(ctx, result, sessions[0], request)
			return nil
		}
		if !errors.Is(err, session.ErrTaken) {
			break
		}
	}
	return fmt.Errorf("storing the session: %w", err)
}

func (v *Visit) mint(result *Result, epoch int64, request Request) (sessions []session.Session, err error) {
	result.Issued = nil
	for _, grant := range request.Issue {
		s := session.Session{
			Kind: grant.Kind, Product: v.caller.Product, Realm: request.Realm, UserID: result.User.ID, Epoch: epoch,
			Created: v.now, Used: v.now, Idle: grant.Idle, Ends: v.now.Add(grant.Lifetime),
		}
		if request.Application != nil {
			s.Application = request.Application.ID
		}
		out := Issued{Expires: s.Expires()}
		if grant.Kind == session.SignIn {
			out.ID, err = v.service.Minter.SignInID(v.now)
			s.ID = out.ID
		} else {
			out.Token, s.Digest, err = v.service.Minter.Token(result.User.ID)
		}
		if err != nil {
			return nil, err
		}
		result.Issued, sessions = append(result.Issued, out), append(sessions, s)
	}
	for i, grant := range request.Issue {
		if grant.Data == nil {
			continue
		}
		if sessions[i].Data, err = grant.Data(*result); err != nil {
			return nil, err
		}
		result.Issued[i].Data = sessions[i].Data
	}
	return sessions, nil
}

// displace ends the sessions that the new one takes the place of: the one whose cookie came in, and those over the cap. The
// new session is stored, so a failure is logged and never fails the login.
func (v *Visit) displace(ctx context.Context, result *Result, own session.Session, request Request) {
	keeper := session.Keeper{Store: v.store, Now: v.now}
	err := keeper.EndClaimed(ctx, session.Claim{Product: own.Product, Realm: own.Realm, Token: request.Replaces})
	if request.Cap > 0 {
		var trimmed error
		result.Displaced, trimmed = keeper.Trim(ctx, own, request.Cap)
		err = errors.Join(err, trimmed)
	}
	if err != nil {
		attributes := append(v.attributes(), slog.String("account", directory.AccountOf(own.Realm, own.UserID).Key),
			slog.String("error", err.Error()))
		v.service.Log.LogAttrs(ctx, slog.LevelWarn, "older sessions were not ended", attributes...)
	}
}

// Opaque returns a new random token that is stored nowhere, for clients that expect one beside their session.
func (v *Visit) Opaque() (string, error) { return v.service.Minter.Opaque() }
