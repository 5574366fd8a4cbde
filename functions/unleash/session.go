package unleash

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

const (
	productName = "unleash"
	cookieName  = "unleash-session" // of the real server's session
)

func caller(r *gateway.Request) login.Caller {
	return login.Caller{Product: productName, Source: r.Source, RequestID: r.ID}
}

// admitted counts a request that verifies a password, and adds RateLimit headers to every counted response.
func admitted(
	ctx context.Context, service *login.Service, r *gateway.Request,
	dispatch func(context.Context, *login.Visit, *gateway.Request) gateway.Response,
) gateway.Response {
	visit, err := service.Admit(ctx, caller(r))
	switch {
	case err != nil:
		return fault()
	case visit.Quota.Exceeded:
		return withQuota(throttled(visit.Quota), visit.Quota)
	}
	return withQuota(dispatch(ctx, visit, r), visit.Quota)
}

// grant returns what an accepted login issues. The cookie ends with the idle time, as the real server's does, although use
// prolongs the session.
func (s Settings) grant() login.Grant {
	return login.Grant{
		Kind: session.Browser, Data: keptSnapshot,
		Idle: time.Duration(s.SessionHours) * time.Hour, Lifetime: time.Duration(s.SessionDays) * 24 * time.Hour,
	}
}

// sessionToken returns the value of the session's cookie, without the quotes that npm's cookie takes off. The first of
// several counts, even if it is garbage.
func sessionToken(r *gateway.Request) string {
	values := r.Cookies(cookieName)
	if len(values) == 0 {
		return ""
	}
	if token := values[0]; len(token) > 1 && token[0] == '"' {
		return token[1 : len(token)-1]
	}
	return values[0]
}

// authenticate returns the session whose cookie came in, which the request uses. Without one the response is the same,
// whatever the cookie was.
func (s Settings) authenticate(ctx context.Context, visit *login.Visit, r *gateway.Request) (session.Live, *gateway.Response) {
	live, err := visit.Sessions().Use(ctx, session.Claim{
		Kind: session.Browser, Product: productName, Realm: s.Realm, Token: sessionToken(r),
	})
	switch {
	case errors.Is(err, session.ErrNone) && r.Header.Get("Authorization") != "":
		return live, new(unauthorized())
	case errors.Is(err, session.ErrNone):
		return live, new(authenticationRequired(r.BasePath()))
	case err != nil:
		return live, new(fault())
	}
	return live, nil
}

// pathNotFound is the real server's response to a method that a path under /api does not know.
func pathNotFound(r *gateway.Request, path string) gateway.Response {
	return identified(http.StatusNotFound, "NotFoundError", "The path you were looking for ("+r.BasePath()+path+") is not available.")
}
