package login

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/shared/directory"
)

// storeBudget is how long all store calls of one request may take together. With the time of a hash it keeps the answer to
// a fault below 3 s, so that clients get it before they or API Gateway (29 s) give up.
const storeBudget = 2500 * time.Millisecond

// Caller is who sends a request, as far as the gateway can be sure of it.
type Caller struct {
	Product   string
	Source    string // the address that counts are kept under, see gateway.Request
	RequestID string
}

// Quota is how many requests the caller may still send within the current minute.
type Quota struct {
	Limit     int           // 0: no limit
	Remaining int           // after this request
	Reset     time.Duration // until the minute ends; above 0
	Exceeded  bool          // this request is over the limit and must be refused
}

// Seconds is Reset in whole seconds, rounded up, as Retry-After and RateLimit-Reset give it.
func (q Quota) Seconds() int { return int((q.Reset + time.Second - 1) / time.Second) }

// Visit is one admitted request.
type Visit struct {
	Quota Quota

	service *Service
	caller  Caller
	now     time.Time
	left    time.Duration // of the store budget
}

func (s *Service) visit(caller Caller) *Visit {
	now := s.Clock().UTC().Truncate(time.Millisecond)
	return &Visit{service: s, caller: caller, now: now, left: storeBudget}
}

// Admit counts a request against its source. It comes first in a handler, and a visit whose quota is exceeded must go no
// further. An error is a fault of the store: the request is not admitted.
func (s *Service) Admit(ctx context.Context, caller Caller) (*Visit, error) {
	v := s.visit(caller)
	quota, err := v.count(ctx, "address#"+caller.Source, s.SourceLimit)
	v.Quota = quota
	if err != nil || quota.Exceeded {
		v.turnAway(ctx, "throttled", err)
	}
	return v, err
}

// ErrApplication says that a request did not come with the id and secret of an application.
var ErrApplication = errors.New("no such application, or not its secret")

// AdmitApplication admits a request by the id and secret of the application that sends it. Applications are servers that
// log many users in from one address, so only failed authentication is counted by source; an application's requests
// are counted under its id. A failed authentication is judged by its own count, so parallel ones learn no more of a secret
// than the limit allows. An unknown application costs the same steps as a wrong secret, and the secret's digest is
// compared in constant time. The error is ErrApplication, or a fault of the store.
func (s *Service) AdmitApplication(ctx context.Context, caller Caller, id int64, secret string) (*Visit, directory.Application, error) {
	v := s.visit(caller)
	app, err := v.authenticate(ctx, id, secret)
	switch {
	case errors.Is(err, ErrApplication):
		v.turnAway(ctx, "application_refused", nil)
	case err != nil || v.Quota.Exceeded:
		v.turnAway(ctx, "throttled", err)
	}
	return v, app, err
}

func (v *Visit) authenticate(ctx context.Context, id int64, secret string) (directory.Application, error) {
	failures := "basic#" + v.caller.Source
	var err error
	if v.Quota, err = v.peek(ctx, failures, v.service.SourceLimit); err != nil || v.Quota.Exceeded {
		return directory.Application{}, err
	}
	var app directory.Application
	err = v.spend(ctx, func(ctx context.Context) (err error) {
		app, err = v.service.Store.Application(ctx, id)
		return err
	})
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return directory.Application{}, fmt.Errorf("loading the application: %w", err)
	}
	if !app.HasSecret(secret) {
		if v.Quota, err = v.count(ctx, failures, v.service.SourceLimit); err != nil || v.Quota.Exceeded {
			return directory.Application{}, err
		}
		return directory.Application{}, ErrApplication
	}
	v.Quota, err = v.count(ctx, fmt.Sprintf("app#%d", app.ID), v.service.AppLimit)
	return app, err
}

// count adds the request to what is counted under the key in this minute; with limit 0 nothing is counted.
func (v *Visit) count(ctx context.Context, key string, limit int) (Quota, error) {
	return v.quota(ctx, key, limit, v.service.Store.Count)
}

// peek is what the quota would be for one more request, without counting it.
func (v *Visit) peek(ctx context.Context, key string, limit int) (Quota, error) {
	return v.quota(ctx, key, limit, func(ctx context.Context, key string, now time.Time) (int, error) {
		counted, err := v.service.Store.Counted(ctx, key, now)
		return counted + 1, err
	})
}

func (v *Visit) quota(
	ctx context.Context, key string, limit int, sum func(context.Context, string, time.Time) (int, error),
) (Quota, error) {
	if limit == 0 {
		return Quota{}, nil
	}
	var counted int
	err := v.spend(ctx, func(ctx context.Context) (err error) {
		counted, err = sum(ctx, key, v.now)
		return err
	})
	if err != nil {
		return Quota{}, fmt.Errorf("counting a request: %w", err)
	}
	return Quota{
		Limit:     limit,
		Remaining: max(0, limit-counted),
		Reset:     v.now.Truncate(time.Minute).Add(time.Minute).Sub(v.now),
		Exceeded:  counted > limit,
	}, nil
}

// Token returns a new random token that is stored nowhere, for clients that expect one beside their session.
func (v *Visit) Token() (string, error) {
	token, _, err := v.service.Minter.Token()
	return token, err
}

// spend calls a store within what is left of the visit's budget. Time spent elsewhere, as on hashing, is not counted.
func (v *Visit) spend(ctx context.Context, call func(context.Context) error) error {
	if v.left <= 0 {
		return context.DeadlineExceeded
	}
	ctx, cancel := context.WithTimeout(ctx, v.left)
	defer cancel()
	start := time.Now() //nolint:forbidigo // real time is spent, whatever the clock says
	defer func() { v.left -= time.Since(start) }()
	return call(ctx)
}
