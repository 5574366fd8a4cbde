package login

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// Change describes a change of the password by the user whose session asks for it. The new password has passed the rules for
// new passwords.
type Change struct {
	Session  session.Live
	Old, New string
	Policy   attempts.Policy
	Keep     bool // whether the session that asks lives on; all others of the user end
}

// ChangePassword verifies the old password as a login would: the same work, a wrong one is a counted failure, and a locked
// account refuses the right one. Then the new hash, the raised epoch and the kept session are stored in one operation. A
// user or session that was changed meanwhile refuses the change, as a wrong password. Accepted means that the password is
// changed. An error is a fault: nothing was changed.
func (v *Visit) ChangePassword(ctx context.Context, change Change) (Outcome, error) {
	account := directory.AccountOf(change.Session.Realm, change.Session.UserID)
	outcome, err := v.change(ctx, account, change)
	logged := outcome
	if outcome == Accepted {
		logged = "password_changed"
	}
	v.logLogin(ctx, account, nil, logged, err)
	return outcome, err
}

func (v *Visit) change(ctx context.Context, account directory.Account, change Change) (Outcome, error) {
	user, loaded, err := v.load(ctx, account, change.Policy)
	if err != nil {
		return "", err
	}
	if outcome := v.verify(ctx, account, user, change.Old); outcome != Accepted {
		return v.refuse(ctx, account, change.Policy, outcome)
	}
	_, err = v.store.Accept(ctx, account, change.Policy, v.now, loaded.Epoch)
	if errors.Is(err, ErrLocked) || errors.Is(err, ErrEpoch) {
		return Locked, nil
	}
	if err != nil {
		return "", fmt.Errorf("committing a success: %w", err)
	}
	hash, err := v.service.Passwords.Hash(change.New)
	if err != nil {
		return "", fmt.Errorf("hashing the new password: %w", err)
	}
	var keep session.Ref
	if change.Keep {
		keep = change.Session.Ref()
	}
	err = v.store.SetPassword(ctx, user, hash, keep)
	if errors.Is(err, directory.ErrChanged) || errors.Is(err, directory.ErrNotFound) || errors.Is(err, session.ErrNone) {
		return WrongPassword, nil
	}
	if err != nil {
		return "", fmt.Errorf("storing the new password: %w", err)
	}
	return Accepted, nil
}
