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

// Visit is one request.
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
	v.Quota, err = v.count(ctx, "address#"+caller.Source, s.SourceLimit)
	if err != nil || v.Quota.Exceeded {
		v.log(ctx, slog.LevelWarn, "throttled", err)
	}
	return v, err
}

// Open returns the visit of a request that is not counted: one that shows a session's token, which nobody can guess.
func (s *Service) Open(caller Caller) *Visit { return s.visit(caller) }

// Sessions returns the keeper of sessions at the moment of the visit, within its budget of time. It logs faults of the store,
// which a handler answers without a word of them.
func (v *Visit) Sessions() session.Keeper {
	return session.Keeper{Store: Around(v.store, v.logFault), Now: v.now}
}

// ErrApplication is returned for a request without the id and secret of an application.
var ErrApplication = errors.New("unknown application or wrong secret")

// Calling is how a request names its application: by HTTP Basic authentication, or by the secret alone.
type Calling struct {
	ID     int64 // 0: the secret alone names the application
	Secret string
	SignIn int64 // the sign-in that it asks for, read in the same request; 0: none
}

// AdmitApplication admits a request by the id and secret of the application that sends it. Applications are servers that
// log many users in from one address. So only failed authentication is counted by source, and an application's requests
// are counted under its id. A failed authentication is judged by its own count, so parallel guesses at a secret are held
// to the limit too. An unknown application costs the same steps as a wrong secret, and the secret's digest is compared in
// constant time. The error is ErrApplication, or a fault of the store.
func (s *Service) AdmitApplication(ctx context.Context, caller Caller, calling Calling) (*Visit, Authentication, error) {
	v := s.visit(caller)
	found, err := v.authenticate(ctx, calling)
	switch {
	case errors.Is(err, ErrApplication):
		v.log(ctx, slog.LevelWarn, "application_refused", nil)
	case err != nil || v.Quota.Exceeded:
		v.log(ctx, slog.LevelWarn, "throttled", err)
	}
	return v, found, err
}

func (v *Visit) authenticate(ctx context.Context, calling Calling) (Authentication, error) {
	failures, limit := "basic#"+v.caller.Source, v.service.SourceLimit
	by := Credentials{ID: calling.ID, SignIn: calling.SignIn}
	if calling.ID == 0 {
		by.SecretDigest = directory.Digest(calling.Secret)
	}
	found, err := v.store.Authenticate(ctx, by, failures, v.now)
	if err != nil {
		return Authentication{}, fmt.Errorf("loading the application: %w", err)
	}
	if limit > 0 {
		v.Quota = v.quota(limit, found.Failures+1)
	}
	if v.Quota.Exceeded {
		return Authentication{}, nil
	}
	if !found.Application.HasSecret(calling.Secret) {
		if v.Quota, err = v.count(ctx, failures, limit); err != nil || v.Quota.Exceeded {
			return Authentication{}, err
		}
		return Authentication{}, ErrApplication
	}
	v.Quota, err = v.count(ctx, fmt.Sprintf("app#%d", found.Application.ID), v.service.AppLimit)
	return found, err
}

// count adds the request to the sum under the key in this minute. With limit 0 nothing is counted.
func (v *Visit) count(ctx context.Context, key string, limit int) (Quota, error) {
	if limit == 0 {
		return Quota{}, nil
	}
	counted, err := v.store.Count(ctx, key, v.now)
	if err != nil {
		return Quota{}, fmt.Errorf("counting a request: %w", err)
	}
	return v.quota(limit, counted), nil
}

func (v *Visit) quota(limit, counted int) Quota {
	return Quota{
		Limit:     limit,
		Remaining: max(0, limit-counted),
		Reset:     v.now.Truncate(time.Minute).Add(time.Minute).Sub(v.now),
		Exceeded:  counted > limit,
	}
}
