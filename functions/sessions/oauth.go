package sessions

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewIntrospect returns the handler of POST /oauth2/introspect.
func (p Products) NewIntrospect(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	return p.forApplications(cfg, service, checks.introspect)
}

// NewRevoke returns the handler of POST /oauth2/revoke.
func (p Products) NewRevoke(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	return p.forApplications(cfg, service, checks.revoke)
}

// question is a token that an application asks about.
type question struct {
	sessions session.Keeper
	claims   []session.Claim
}

// forApplications returns the handler of a request of RFC 7662 or 7009, which have one form: an application authenticates,
// then names a token.
func (p Products) forApplications(
	cfg config.Config, service *login.Service, answer func(checks, context.Context, question) (gateway.Response, error),
) (gateway.Handler, error) {
	c, err := p.checks(cfg, service)
	return gateway.Endpoint{
		Malformed: func() gateway.Response { return malformed("The body is not base64.") },
		Handle: func(ctx context.Context, r *gateway.Request) gateway.Response {
			asked, refusal := c.ask(ctx, r)
			if refusal != nil {
				return *refusal
			}
			response, err := answer(c, ctx, asked)
			if err != nil {
				return fault()
			}
			return response
		},
	}.Handler(), err
}

// ask admits the application and reads the token. A response ends the request.
func (c checks) ask(ctx context.Context, r *gateway.Request) (question, *gateway.Response) {
	id, secret := wire.ParseBasic(r.Header.Values("Authorization"))
	if plain, err := url.PathUnescape(secret); err == nil { // clients encode it (RFC 6749, 2.3.1), though few secrets need that
		secret = plain
	}
	visit, found, err := c.service.AdmitApplication(ctx, c.caller(r), login.Calling{ID: id, Secret: secret})
	switch {
	case errors.Is(err, login.ErrApplication):
		return question{}, new(unauthorized())
	case err != nil:
		return question{}, new(fault())
	case visit.Quota.Exceeded:
		return question{}, new(throttled(visit.Quota))
	case r.Method != http.MethodPost:
		return question{}, new(methodNotAllowed())
	case len(r.Body) > gateway.MaxBody:
		return question{}, new(tooLarge())
	}
	token, refusal := readToken(r)
	if refusal != nil {
		return question{}, refusal
	}
	return question{visit.Sessions(), c.ofApplication(found.Application, token)}, nil
}

// readToken reads the form. RFC 6749, 3.2: unknown parameters are ignored, an empty one counts as missing, and none may be
// sent twice.
func readToken(r *gateway.Request) (string, *gateway.Response) {
	if wire.ParseMediaType(r.Header.Get("Content-Type")).Type != "application/x-www-form-urlencoded" {
		return "", new(malformed("The body must be application/x-www-form-urlencoded."))
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return "", new(malformed("The body is not a form."))
	}
	for _, values := range form {
		if len(values) > 1 {
			return "", new(malformed("A parameter was sent twice."))
		}
	}
	if form.Get("token") == "" {
		return "", new(malformed("The parameter token is missing."))
	}
	return form.Get("token"), nil
}

// ofApplication returns what the token may be, in the application's realm: a session of any kind of the products there, or
// one that began through the application itself.
func (c checks) ofApplication(application directory.Application, token string) []session.Claim {
	var claims []session.Claim
	for _, p := range c.products {
		claim := session.Claim{Product: p.Product, Realm: application.Realm, Token: token}
		kinds := []session.Kind{session.Browser, session.Bearer}
		if p.realm == "" {
			claim.Application, kinds = application.ID, []session.Kind{session.Connection, session.LoginToken}
		} else if p.realm != application.Realm {
			continue
		}
		for _, claim.Kind = range kinds {
			claims = append(claims, claim)
		}
	}
	return claims
}

func (checks) introspect(ctx context.Context, asked question) (gateway.Response, error) {
	found, err := asked.sessions.UseAll(ctx, asked.claims...)
	if err != nil || len(found) == 0 {
		return inactive(), err
	}
	return active(found[0]), nil
}

// revoke ends the session that the token names. A token that names none, or one that the application may not know of, gets
// the same response (RFC 7009, 2.2).
func (checks) revoke(ctx context.Context, asked question) (gateway.Response, error) {
	found, err := asked.sessions.LookAll(ctx, asked.claims...)
	for _, live := range found {
		err = errors.Join(err, asked.sessions.End(ctx, live.Ref()))
	}
	return revoked(), err
}

// introspection is the response of RFC 7662, 2.2. The last four members are our own.
type introspection struct {
	Active    bool      `json:"active"`
	Subject   string    `json:"sub"`
	Username  wire.Text `json:"username,omitempty"`
	ClientID  string    `json:"client_id,omitempty"` // the application that the session began through
	IssuedAt  int64     `json:"iat"`
	Expires   int64     `json:"exp"` // unless it is used before
	Email     wire.Text `json:"email,omitempty"`
	Realm     string    `json:"realm"`
	Product   string    `json:"product"`
	SessionID string    `json:"session_id"`
}

func active(live session.Live) gateway.Response {
	body := introspection{
		Active: true, Subject: strconv.FormatInt(live.UserID, 10), Username: wire.Text(live.User.Username),
		IssuedAt: live.Created.Unix(), Expires: live.Expires().Unix(), Email: wire.Text(live.User.Email),
		Realm: live.Realm, Product: live.Product, SessionID: id(live.Session),
	}
	if live.Application != 0 {
		body.ClientID = strconv.FormatInt(live.Application, 10)
	}
	return respondJSON(http.StatusOK, body)
}

func inactive() gateway.Response {
	return respondJSON(http.StatusOK, struct {
		Active bool `json:"active"`
	}{})
}

func revoked() gateway.Response { return respondJSON(http.StatusOK, struct{}{}) }
