package crafter

import (
	"context"
	"errors"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

const (
	productName = "crafter"
	cookieName  = "JSESSIONID"
)

func caller(r *gateway.Request) login.Caller {
	return login.Caller{Product: productName, Source: r.Source, RequestID: r.ID}
}

// admit counts a request that verifies a password. A response ends the request, nil means go on.
func admit(ctx context.Context, service *login.Service, r *gateway.Request) (*login.Visit, *gateway.Response) {
	visit, err := service.Admit(ctx, caller(r))
	switch {
	case err != nil:
		return nil, new(fault())
	case visit.Quota.Exceeded:
		return nil, new(throttled(visit.Quota))
	}
	return visit, nil
}

// authenticated returns the session that was found, or the response to a request without one.
func authenticated(live session.Live, err error) (session.Live, *gateway.Response) {
	switch {
	case errors.Is(err, session.ErrNone):
		return live, new(unauthorized())
	case err != nil:
		return live, new(fault())
	}
	return live, nil
}

// sessionToken returns the cookie's value. Of several cookies of the name the first counts: a browser sends the one with the
// longest path first.
func sessionToken(r *gateway.Request) string {
	if values := r.Cookies(cookieName); len(values) > 0 {
		return values[0]
	}
	return ""
}

// claim returns the session that the request's cookie names.
func (s Settings) claim(r *gateway.Request) session.Claim {
	return session.Claim{Kind: session.Browser, Product: productName, Realm: s.Realm, Token: sessionToken(r)}
}
