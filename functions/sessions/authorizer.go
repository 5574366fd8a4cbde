package sessions

import (
	"context"
	"errors"
	"strconv"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// NewAuthorizer returns the Lambda authorizer of other APIs. It denies requests without a session, and those whose sessions
// name two users.
func (p Products) NewAuthorizer(cfg config.Config, service *login.Service) (gateway.Authorizer, error) {
	c, err := p.checks(cfg, service)
	return gateway.NewAuthorizer(func(ctx context.Context, r *gateway.Request) (*gateway.Caller, error) {
		live, err := c.identify(ctx, r, "")
		switch {
		case errors.Is(err, session.ErrNone) || errors.Is(err, errTwoUsers):
			return nil, nil
		case err != nil:
			return nil, err
		}
		user := strconv.FormatInt(live.UserID, 10)
		return &gateway.Caller{ID: user, Context: map[string]string{
			"user_id": user, "username": live.User.Username, "email": live.User.Email,
			"realm": live.Realm, "product": live.Product, "session_id": id(live.Session),
		}}, nil
	}), err
}
