// Package login is the one login behind all products.
//
// A request is first admitted, before anything of it is looked at: [Service.Admit] counts it against its source,
// [Service.AdmitApplication] checks the application that sends it. What comes out is a [Visit]: the moment the request
// arrived, which every later decision uses, and the time that stores may still take. [Visit.Login] then goes the same five
// steps for every account, whether it exists or not:
//
//  1. Resolve the identifiers. One that names nobody resolves to a decoy account, and from here on real and decoy accounts
//     are treated alike.
//  2. Load the user and the record of attempts in one request. Failures of a window that has ended are cleared.
//  3. Verify the password. Every path costs the same amount of hashing: an account without a password, a decoy
//     included, verifies a dummy hash.
//  4. Refused (no such user, wrong password, inactive, unconfirmed): one conditional write counts the failure, and tells
//     whether the account is locked.
//  5. Accepted: one conditional write resets the count, if the account is not locked at this very moment and was neither
//     deactivated nor given a new password since step 2. If that fails, the login is refused although the
//     password was right. Only then are tokens minted and stored, and an outdated hash is replaced.
//
// The decision falls in the write of step 4 or 5, never on what was read before: so any number of parallel right logins
// all succeed, and a burst of parallel guesses is worth no more than the same number in a row. Whether an account is locked
// is never decided from the loaded record, only by the store at commit.
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

// Outcome is how a login ended. The products map it to an answer in one switch each.
type Outcome string

// The outcomes. When several refusals apply, the one that stands first here is given (Social ID's documented order).
const (
	UnknownUser   Outcome = "unknown_user"
	Inactive      Outcome = "inactive"
	Unconfirmed   Outcome = "unconfirmed"
	Locked        Outcome = "locked"
	WrongPassword Outcome = "wrong_password"
	Accepted      Outcome = "accepted"
)

// Service is the login flow on given ports. Its fields are set once, before the first request; it is then safe for
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

// New is the service on a store, with the system's clock and source of randomness, and no limits.
func New(store Store, passwords Passwords, log *slog.Logger) *Service {
	return &Service{
		Store: store, Passwords: passwords, Log: log,
		Minter: session.Minter{Random: rand.Reader},
		Clock:  time.Now, //nolint:forbidigo // this is where the clock is injected
	}
}

// Request is what a product asks of a login.
type Request struct {
	Realm       string
	Identifiers []directory.Identifier // at least one
	SameUser    bool                   // whether all identifiers must name one user; else the first that names one wins
	Password    string
	Policy      attempts.Policy
	Application *directory.Application // through which the login goes; nil for products without
	Issue       []Grant                // what an accepted login hands out
}

// Grant is one token, or one numbered sign-in, that an accepted login hands out.
type Grant struct {
	Kind     session.Kind
	Lifetime time.Duration
}

// Issued is what was handed out for a [Grant].
type Issued struct {
	Token   string // to be sent to the client; empty for a sign-in
	ID      int64  // a sign-in's number; 0 for the others
	Expires time.Time
}

// Result is how a login ended. Only an accepted one has more than the outcome.
type Result struct {
	Outcome Outcome
	User    directory.User
	Before  attempts.Record // as it stood before this login reset it
	Issued  []Issued        // in the order of Request.Issue
}

// Login decides one login. An error is a fault of a store or of the source of randomness: nobody is logged in then.
func (v *Visit) Login(ctx context.Context, request Request) (Result, error) {
	account, result, err := v.login(ctx, request)
	v.record(ctx, account, request.Application, result.Outcome, err)
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
	switch outcome := v.verify(ctx, account, user, request.Password); outcome {
	case Accepted:
		result, err := v.accept(ctx, account, policy, user, loaded.Epoch, request)
		return account, result, err
	default:
		outcome, err := v.refuse(ctx, account, policy, outcome)
		return account, Result{Outcome: outcome}, err
	}
}

// resolve gives the account that the identifiers name, or a decoy.
func (v *Visit) resolve(ctx context.Context, request Request) (directory.Account, error) {
	var accounts []directory.Account
	err := v.spend(ctx, func(ctx context.Context) (err error) {
		accounts, err = v.service.Store.Resolve(ctx, request.Realm, request.Identifiers)
		return err
	})
	if err != nil {
		return directory.Account{}, fmt.Errorf("resolving the identifiers: %w", err)
	}
	return choose(accounts, request), nil
}

// choose gives the account that the login is about: the first user that an identifier names, or, where all of them must
// name the same one, that user or nobody.
func choose(accounts []directory.Account, request Request) directory.Account {
	for _, account := range accounts {
		if request.SameUser && account != accounts[0] {
			return directory.Decoy(request.Realm, request.Identifiers[0])
		}
		if !request.SameUser && account.Known {
			return account
		}
	}
	return accounts[0]
}

// load gives the user, the zero User for a decoy, and the record, without the failures of a window that has ended.
func (v *Visit) load(ctx context.Context, account directory.Account, policy attempts.Policy) (
	user directory.User, record attempts.Record, err error,
) {
	err = v.spend(ctx, func(ctx context.Context) (err error) {
		user, record, err = v.service.Store.Load(ctx, account)
		return err
	})
	if err != nil {
		return user, record, fmt.Errorf("loading the account: %w", err)
	}
	if !policy.Ended(record, v.now) {
		return user, record, nil
	}
	err = v.spend(ctx, func(ctx context.Context) error { return v.service.Store.Clear(ctx, account, policy, v.now) })
	if err != nil {
		return user, record, fmt.Errorf("clearing an ended window: %w", err)
	}
	return user, policy.Clear(record, v.now), nil
}

// verify does the hashing, which is the same on every path, and only then looks at what it was for.
func (v *Visit) verify(ctx context.Context, account directory.Account, user directory.User, password string) Outcome {
	matches, err := v.service.Passwords.Verify(user.Password(), password)
	if err != nil {
		matches = false // whatever else a hasher says
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

// refuse counts the failure. That the account is locked is said only where nothing that stands before it applies.
func (v *Visit) refuse(ctx context.Context, account directory.Account, policy attempts.Policy, outcome Outcome) (Outcome, error) {
	var locked bool
	err := v.spend(ctx, func(ctx context.Context) (err error) {
		locked, err = v.service.Store.Refuse(ctx, account, policy, v.now)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("counting a failure: %w", err)
	}
	if locked && outcome == WrongPassword {
		return Locked, nil
	}
	return outcome, nil
}

// accept commits the success, then issues what was asked for.
func (v *Visit) accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, user directory.User, epoch int64, request Request,
) (Result, error) {
	var before attempts.Record
	err := v.spend(ctx, func(ctx context.Context) (err error) {
		before, err = v.service.Store.Accept(ctx, account, policy, v.now, epoch)
		return err
	})
	if errors.Is(err, ErrLocked) || errors.Is(err, ErrEpoch) {
		return Result{Outcome: Locked}, nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("committing a success: %w", err)
	}
	issued, err := v.issue(ctx, account, user, epoch, request)
	if err != nil {
		return Result{}, err
	}
	v.rehash(ctx, user, request.Password)
	return Result{Outcome: Accepted, User: user, Before: before, Issued: issued}, nil
}
