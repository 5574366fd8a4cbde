package login

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"gatehouse/shared/directory"
)

// Caller is the sender of a request, as far as the gateway vouches for it.
type Caller struct {
	Product   string
	Source    string // the address that requests are counted under, see gateway.Request
	RequestID string
}

// Quota is the number of requests that the caller may still send in the current minute.
type Quota struct {
	Limit     int           // 0: no limit
	Remaining int           // after this request
	Reset     time.Duration // until the minute ends; above 0
	Exceeded  bool          // this request is over the limit and must be refused
}

// Seconds returns Reset in whole seconds, rounded up, for Retry-After and RateLimit-Reset.
func (q Quota) Seconds() int { return int((q.Reset + time.Second - 1) / time.Second) }

// Visit is one admitted request.
type Visit struct {
	Quota Quota

	service *Service
	store   Store // the service's, within the visit's budget of time
	caller  Caller
	now     time.Time
}

func (s *Service) visit(caller Caller) *Visit {
	left := &budget{left: storeBudget}
	return &Visit{
		service: s, store: Around(s.Store, left.spend), caller: caller, now: s.Clock().UTC().Truncate(time.Millisecond),
	}
}

// Admit counts a request against its source. Handlers call it first and refuse a visit whose quota is exceeded. An error
// is a fault of the store: the request is not admitted.
func (s *Service) Admit(ctx context.Context, caller Caller) (*Visit, error) {
	v := s.visit(caller)
	var err error
	v.Quota, err = v.quota(ctx, v.store.Count, "address#"+caller.Source, s.SourceLimit)
	if err != nil || v.Quota.Exceeded {
		v.log(ctx, slog.LevelWarn, "throttled", err)
	}
	return v, err
}

// ErrApplication is returned for a request without the id and secret of an application.
var ErrApplication = errors.New("unknown application or wrong secret")

// AdmitApplication admits a request by the id and secret of the application that sends it. Applications are servers that
// log many users in from one address. So only failed authentication is counted by source, and an application's requests
// are counted under its id. A failed authentication is judged by its own count, so parallel guesses at a secret are held
// to the limit too. An unknown application costs the same steps as a wrong secret, and the secret's digest is compared in
// constant time. The error is ErrApplication, or a fault of the store.
func (s *Service) AdmitApplication(ctx context.Context, caller Caller, id int64, secret string) (*Visit, directory.Application, error) {
	v := s.visit(caller)
	app, err := v.authenticate(ctx, id, secret)
	switch {
	case errors.Is(err, ErrApplication):
		v.log(ctx, slog.LevelWarn, "application_refused", nil)
	case err != nil || v.Quota.Exceeded:
		v.log(ctx, slog.LevelWarn, "throttled", err)
	}
	return v, app, err
}

func (v *Visit) authenticate(ctx context.Context, id int64, secret string) (directory.Application, error) {
	failures := "basic#" + v.caller.Source
	var err error
	if v.Quota, err = v.quota(ctx, v.next, failures, v.service.SourceLimit); err != nil || v.Quota.Exceeded {
		return directory.Application{}, err
	}
	app, err := v.store.Application(ctx, id)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return directory.Application{}, fmt.Errorf("loading the application: %w", err)
	}
	if !app.HasSecret(secret) {
		if v.Quota, err = v.quota(ctx, v.store.Count, failures, v.service.SourceLimit); err != nil || v.Quota.Exceeded {
			return directory.Application{}, err
		}
		return directory.Application{}, ErrApplication
	}
	v.Quota, err = v.quota(ctx, v.store.Count, fmt.Sprintf("app#%d", app.ID), v.service.AppLimit)
	return app, err
}

// next returns the sum that one more request would make, without counting it.
func (v *Visit) next(ctx context.Context, key string, now time.Time) (int, error) {
	counted, err := v.store.Counted(ctx, key, now)
	return counted + 1, err
}

// quota counts the request under the key in this minute. With limit 0 nothing is counted.
func (v *Visit) quota(
	ctx context.Context, count func(context.Context, string, time.Time) (int, error), key string, limit int,
) (Quota, error) {
	if limit == 0 {
		return Quota{}, nil
	}
	counted, err := count(ctx, key, v.now)
	if err != nil {
		return Quota{}, fmt.Errorf("counting a request: %w", err)
	}
	reset := v.now.Truncate(time.Minute).Add(time.Minute).Sub(v.now)
	return Quota{Limit: limit, Remaining: max(0, limit-counted), Reset: reset, Exceeded: counted > limit}, nil
}
