package aisquare

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"gatehouse/shared/gateway"
	"gatehouse/shared/session"
)

const noCredentials = "Authentication credentials were not provided."

// authenticate finds out who calls: by the session's cookie first, then by a token, whichever of them the settings allow. A
// cookie without a session is no reason to refuse a token, but a bad token is refused. Basic authentication does not count.
func (c *call) authenticate(ctx context.Context) *gateway.Response {
	if c.view.settings.cookies() {
		if refusal := c.bySession(ctx); refusal != nil || c.live.UserID != 0 {
			return refusal
		}
	}
	if c.view.settings.tokenInBody() {
		if refusal := c.byToken(ctx); refusal != nil || c.live.UserID != 0 {
			return refusal
		}
	}
	return new(c.view.settings.unauthenticated(noCredentials))
}

// bySession is Django's session middleware and DRF's SessionAuthentication. Browsers send a cookie by themselves, so an unsafe
// method must also prove that the site's own page sent it.
func (c *call) bySession(ctx context.Context) *gateway.Response {
	token, sent := cookieValue(c.Request, "sessionid")
	if !sent {
		return nil
	}
	live, err := c.use(ctx, session.Browser, token)
	switch {
	case errors.Is(err, session.ErrNone):
		c.over = true
		return nil
	case err != nil:
		return new(fault())
	}
	if refusal := c.forged(); refusal != nil {
		return refusal
	}
	c.live = live
	return nil
}

// byToken is DRF's TokenAuthentication. Another scheme than Token counts as no credentials.
func (c *call) byToken(ctx context.Context) *gateway.Response {
	words := strings.Fields(c.Header.Get("Authorization"))
	if len(words) == 0 || !strings.EqualFold(words[0], "Token") {
		return nil
	}
	const invalid = "Invalid token header. "
	switch {
	case len(words) == 1:
		return new(c.view.settings.unauthenticated(invalid + "No credentials provided."))
	case len(words) > 2:
		return new(c.view.settings.unauthenticated(invalid + "Token string should not contain spaces."))
	case !utf8.ValidString(words[1]):
		return new(c.view.settings.unauthenticated(invalid + "Token string should not contain invalid characters."))
	}
	live, err := c.use(ctx, session.Bearer, words[1])
	switch {
	case errors.Is(err, session.ErrNone):
		return new(c.view.settings.unauthenticated("Invalid token."))
	case err != nil:
		return new(fault())
	}
	c.live = live
	return nil
}

func (c *call) use(ctx context.Context, kind session.Kind, token string) (session.Live, error) {
	return c.visit.Sessions().Use(ctx, session.Claim{Kind: kind, Product: names.Name, Realm: c.view.settings.Realm, Token: token})
}

// unauthenticated is a 401 with a challenge if the first way to authenticate has one. A session has none.
func (s Settings) unauthenticated(detail string) gateway.Response {
	if s.cookies() {
		return fail(http.StatusForbidden, detail)
	}
	return fail(http.StatusUnauthorized, detail).With("WWW-Authenticate", "Token")
}

// cookieValue returns the last cookie of the name without its quotes, as Django reads it.
func cookieValue(r *gateway.Request, name string) (value string, sent bool) {
	values := r.Cookies(name)
	if len(values) == 0 {
		return "", false
	}
	value = values[len(values)-1]
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	return value, true
}
