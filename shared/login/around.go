package login

import (
	"context"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// Hook surrounds one call of a store. It gets the name of the method and a function that makes the call, which it may
// make in another context, or not at all. Its error becomes the call's.
type Hook func(ctx context.Context, method string, call func(context.Context) error) error

// Around returns the store with a hook around every call. A visit bounds the time of its calls this way; tests watch the
// calls and let them fail.
func Around(store Store, hook Hook) Store { return &around{store, hook} }

type around struct {
	store Store
	hook  Hook
}

// through makes a call that returns a value within a hook.
func through[T any](ctx context.Context, hook Hook, method string, call func(context.Context) (T, error)) (result T, err error) {
	err = hook(ctx, method, func(ctx context.Context) error {
		result, err = call(ctx)
		return err
	})
	return result, err
}

func (a *around) Authenticate(ctx context.Context, by Credentials, failures string, now time.Time) (Authentication, error) {
	return through(ctx, a.hook, "Authenticate", func(ctx context.Context) (Authentication, error) {
		return a.store.Authenticate(ctx, by, failures, now)
	})
}

func (a *around) Resolve(ctx context.Context, realm string, by []directory.Identifier) ([]directory.Account, error) {
	return through(ctx, a.hook, "Resolve", func(ctx context.Context) ([]directory.Account, error) {
		return a.store.Resolve(ctx, realm, by)
	})
}

func (a *around) Load(ctx context.Context, account directory.Account) (user directory.User, record attempts.Record, err error) {
	err = a.hook(ctx, "Load", func(ctx context.Context) error {
		user, record, err = a.store.Load(ctx, account)
		return err
	})
	return user, record, err
}

func (a *around) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	return a.hook(ctx, "Rehash", func(ctx context.Context) error { return a.store.Rehash(ctx, realm, id, old, replacement) })
}

func (a *around) SetPassword(ctx context.Context, user directory.User, hash string, keep session.Ref) error {
	return a.hook(ctx, "SetPassword", func(ctx context.Context) error {
		return a.store.SetPassword(ctx, user, hash, keep)
	})
}

func (a *around) Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error {
	return a.hook(ctx, "Clear", func(ctx context.Context) error { return a.store.Clear(ctx, account, policy, now) })
}

func (a *around) Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (bool, error) {
	return through(ctx, a.hook, "Refuse", func(ctx context.Context) (bool, error) {
		return a.store.Refuse(ctx, account, policy, now)
	})
}

func (a *around) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	return through(ctx, a.hook, "Accept", func(ctx context.Context) (attempts.Record, error) {
		return a.store.Accept(ctx, account, policy, now, epoch)
	})
}

func (a *around) Begin(ctx context.Context, sessions ...session.Session) error {
	return a.hook(ctx, "Begin", func(ctx context.Context) error { return a.store.Begin(ctx, sessions...) })
}

func (a *around) Find(ctx context.Context, refs ...session.Ref) ([]session.Live, error) {
	return through(ctx, a.hook, "Find", func(ctx context.Context) ([]session.Live, error) { return a.store.Find(ctx, refs...) })
}

func (a *around) Slide(ctx context.Context, used session.Session) error {
	return a.hook(ctx, "Slide", func(ctx context.Context) error { return a.store.Slide(ctx, used) })
}

func (a *around) Displace(ctx context.Context, ref session.Ref, displaced int) error {
	return a.hook(ctx, "Displace", func(ctx context.Context) error { return a.store.Displace(ctx, ref, displaced) })
}

func (a *around) End(ctx context.Context, refs ...session.Ref) (int, error) {
	return through(ctx, a.hook, "End", func(ctx context.Context) (int, error) { return a.store.End(ctx, refs...) })
}

func (a *around) List(ctx context.Context, realm string, user int64, product string) ([]session.Session, error) {
	return through(ctx, a.hook, "List", func(ctx context.Context) ([]session.Session, error) {
		return a.store.List(ctx, realm, user, product)
	})
}

func (a *around) Count(ctx context.Context, key string, now time.Time) (int, error) {
	return through(ctx, a.hook, "Count", func(ctx context.Context) (int, error) { return a.store.Count(ctx, key, now) })
}

// storeBudget bounds the time that all store calls of one request may take together, retries included. With the time of a
// hash, a fault is answered within 3 s, before clients or API Gateway (29 s) give up.
const storeBudget = 2500 * time.Millisecond

// budget is the time left for the store calls of one visit. Time between the calls, as for hashing, is not counted.
type budget struct{ left time.Duration }

// spend is a [Hook] that makes the call within the time left.
func (b *budget) spend(ctx context.Context, _ string, call func(context.Context) error) error {
	if b.left <= 0 {
		return context.DeadlineExceeded
	}
	ctx, cancel := context.WithTimeout(ctx, b.left)
	defer cancel()
	start := time.Now() //nolint:forbidigo // real time is spent, whatever the service's clock shows
	defer func() { b.left -= time.Since(start) }()
	return call(ctx)
}
