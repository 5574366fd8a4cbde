// Package login decides logins. Every product's handler uses it the same way:
//
//	visit, err := service.Admit(ctx, caller)     // before the body is read; refuse if visit.Quota.Exceeded
//	result, err := visit.Login(ctx, request)     // then map result.Outcome to a response
//
// A client that guesses passwords must learn nothing from a refusal, and a thousand parallel guesses must be worth no
// more than the same number in a row. So [Visit.Login] takes the same five steps for every account, known or not:
//
//  1. Resolve the identifiers. An unknown identifier resolves to a decoy account, which takes the same steps from here on.
//  2. Load the user and the record of attempts in one request. Failures of a window that has ended are cleared.
//  3. Verify the password. Every path costs the same hashing: a decoy or an account without a password verifies a dummy
//     hash.
//  4. Refused (unknown, wrong password, inactive, unconfirmed): one conditional write counts the failure and reports
//     whether the account is locked.
//  5. Accepted: one conditional write resets the count, unless the account is locked at this very moment, or was
//     deactivated or given a new password since step 2. If the condition fails, the login is refused although the password
//     was right. Otherwise tokens are minted and stored, and an outdated hash is replaced.
//
// The write of step 4 or 5 decides, never the record loaded in step 2. An attempt reserved before the hash would refuse
// parallel right passwords; a count read first and written later would let a burst of guesses through.
//
// The moment of a visit is read once, and every step uses it, so that a window cannot end between two steps. All store
// calls of a visit share one budget of time ([Around]).
//
// The package knows nothing of HTTP, events or databases: it states the ports it needs (see [Store]).
package login

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// Outcome is how a login ended. Each product maps it to a response in one switch.
type Outcome string

// The outcomes. If several refusals apply, the first one in this list is returned (Social ID's documented order).
const (
	UnknownUser   Outcome = "unknown_user"
	Inactive      Outcome = "inactive"
	Unconfirmed   Outcome = "unconfirmed"
	Locked        Outcome = "locked"
	WrongPassword Outcome = "wrong_password"
	Accepted      Outcome = "accepted"
)

// Service is the login flow on given ports. Its fields are set before the first request; after that it is safe for
// concurrent use.
type Service struct {
	Store     Store
	Passwords Passwords
	Minter    session.Minter
	Clock     func() time.Time
	Log       *slog.Logger

	Rehash      bool // whether an accepted login replaces an outdated hash
	SourceLimit int  // requests a minute from one address; 0: not counted
	AppLimit    int  // requests a minute of one application; 0: not counted
}

// New returns a service on a store, with the system's clock and source of randomness, and no limits.
func New(store Store, passwords Passwords, log *slog.Logger) *Service {
	return &Service{
		Store: store, Passwords: passwords, Log: log,
		Minter: session.Minter{Random: rand.Reader},
		Clock:  time.Now, //nolint:forbidigo // this is where the clock is injected
	}
}

// Request describes one login.
type Request struct {
	Realm       string
	Identifiers []directory.Identifier // at least one
	SameUser    bool                   // all identifiers must name one user; otherwise the first known one wins
	Password    string
	Policy      attempts.Policy
	Application *directory.Application // through which the login goes; nil for products without
	Issue       []Grant                // tokens for an accepted login
	Replaces    string                 // the token of the product's cookie that came in; its session ends
	Cap         int                    // sessions that the user may have at this product; 0: no limit
}

// Result is how a login ended. A refused one has only the outcome.
type Result struct {
	Outcome Outcome
	User    directory.User
	Before  attempts.Record // before this login reset it
	Issued  []Issued        // in the order of Request.Issue
	// Displaced is the number of older sessions that this login ended because of the cap.
	Displaced int
}

// Login decides one login. An error is a fault of the store or of the source of randomness: nobody is logged in then.
func (v *Visit) Login(ctx context.Context, request Request) (Result, error) {
	account, result, err := v.login(ctx, request)
	v.logLogin(ctx, account, request.Application, result.Outcome, err)
	return result, err
}

func (v *Visit) login(ctx context.Context, request Request) (directory.Account, Result, error) {
	account, err := v.resolve(ctx, request)
	if err != nil {
		return account, Result{}, err
	}
	policy := request.Policy
	if app := request.Application; app != nil && app.AttemptLimit > 0 && app.LockoutMinutes > 0 {
		account = account.Scoped(app.ID)
		policy.Limit, policy.Lockout = app.AttemptLimit, time.Duration(app.LockoutMinutes)*time.Minute
	}
	user, loaded, err := v.load(ctx, account, policy)
	if err != nil {
		return account, Result{}, err
	}
	outcome := v.verify(ctx, account, user, request.Password)
	if outcome == Accepted {
		result, err := v.accept(ctx, account, policy, user, loaded.Epoch, request)
		return account, result, err
	}
	outcome, err = v.refuse(ctx, account, policy, outcome)
	return account, Result{Outcome: outcome}, err
}

// resolve returns the account to log in: the first known one or, with SameUser, the one that all identifiers name. If none
// qualifies, it is a decoy.
func (v *Visit) resolve(ctx context.Context, request Request) (directory.Account, error) {
	accounts, err := v.store.Resolve(ctx, request.Realm, request.Identifiers)
	if err != nil {
		return directory.Account{}, fmt.Errorf("resolving the identifiers: %w", err)
	}
	for _, account := range accounts {
		if request.SameUser && account != accounts[0] {
			return directory.Decoy(request.Realm, request.Identifiers[0]), nil
		}
		if !request.SameUser && account.Known {
			return account, nil
		}
	}
	return accounts[0], nil
}

// load returns the user (the zero User for a decoy) and the record, without the failures of a window that has ended.
func (v *Visit) load(ctx context.Context, account directory.Account, policy attempts.Policy) (
	directory.User, attempts.Record, error,
) {
	user, record, err := v.store.Load(ctx, account)
	if err == nil && policy.Ended(record, v.now) {
		err = v.store.Clear(ctx, account, policy, v.now)
	}
	if err != nil {
		return user, record, fmt.Errorf("loading the account: %w", err)
	}
	return user, policy.Clear(record, v.now), nil
}

// verify hashes first, the same amount on every path, and only then looks at the user.
func (v *Visit) verify(ctx context.Context, account directory.Account, user directory.User, password string) Outcome {
	matches, err := v.service.Passwords.Verify(user.Password(), password)
	if err != nil {
		matches = false // whatever the hasher returned
		v.service.Log.WarnContext(ctx, "stored hash cannot be read", "realm", account.Realm, "account", account.Key, "error", err)
	}
	switch {
	case user.ID == 0:
		return UnknownUser
	case !user.Active:
		return Inactive
	case !user.Confirmed:
		return Unconfirmed
	case !matches:
		return WrongPassword
	}
	return Accepted
}

// refuse counts the failure. Locked replaces only WrongPassword: the other refusals come first in the documented order.
func (v *Visit) refuse(ctx context.Context, account directory.Account, policy attempts.Policy, outcome Outcome) (Outcome, error) {
	locked, err := v.store.Refuse(ctx, account, policy, v.now)
	if err != nil {
		return "", fmt.Errorf("counting a failure: %w", err)
	}
	if locked && outcome == WrongPassword {
		return Locked, nil
	}
	return outcome, nil
}

// accept commits the success, then issues the tokens.
func (v *Visit) accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, user directory.User, epoch int64, request Request,
) (Result, error) {
	before, err := v.store.Accept(ctx, account, policy, v.now, epoch)
	if errors.Is(err, ErrLocked) || errors.Is(err, ErrEpoch) {
		return Result{Outcome: Locked}, nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("committing a success: %w", err)
	}
	result := Result{Outcome: Accepted, User: user, Before: before}
	if err := v.issue(ctx, &result, epoch, request); err != nil {
		return Result{}, err
	}
	v.rehash(ctx, user, request.Password)
	return result, nil
}

// rehash replaces an outdated hash, now that the right password is at hand. A failure is logged and never fails the login;
// the next login tries again. A hash that was changed since it was loaded stands (OWASP ASVS 5.0, 11.2.2).
func (v *Visit) rehash(ctx context.Context, user directory.User, password string) {
	if !v.service.Rehash {
		return
	}
	replacement, outdated, err := v.service.Passwords.Upgrade(user.PasswordHash, password)
	if err == nil && outdated {
		err = v.store.Rehash(ctx, user.Realm, user.ID, user.PasswordHash, replacement)
	}
	if err != nil && !errors.Is(err, directory.ErrChanged) {
		account := directory.AccountOf(user.Realm, user.ID).Key
		attributes := append(v.attributes(), slog.String("account", account), slog.String("error", err.Error()))
		v.service.Log.LogAttrs(ctx, slog.LevelWarn, "outdated hash was not replaced", attributes...)
	}
}
