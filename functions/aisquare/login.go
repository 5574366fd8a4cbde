// Package aisquare is the login of AISquare Studio, accounts/login, which is the LoginView of django-rest-registration on
// Django REST framework (DRF). Clients written against that server see the same statuses, bodies, validation rules, content
// types and headers here.
//
// A request passes the same gates in the same order: what it wants to get (negotiate.go), its method, what it sent and in
// which form (body.go, form.go), and whether both fields are usable text (validate.go, by the rules of Python in
// python.go). Only then is a password looked at, and every refusal is the same 400, byte for byte: unknown, wrong,
// locked and inactive cannot be told apart.
//
// Where the document and the server differ, the answer is both: the server's detail, and the login and password that the
// document's schema demands, the password masked. A browser gets two cookies; with AISQUARE_RESPONSE=token the body has a
// token instead, and with both it has one as well. Neither a Cookie nor an Authorization header is read, so whoever logs in twice is simply
// logged in again, and no request can choose its own session.
package aisquare

import (
	"context"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// loginEndpoint is accounts/login.
type loginEndpoint struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// NewLogin is the handler of accounts/login on a login service.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	e := loginEndpoint{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins:   cfg.CORSOrigins,
		Methods:   http.MethodPost,
		Answer:    e.answer,
		CrossSite: func() gateway.Response { return e.viewed(crossSite()) },
		Malformed: func() gateway.Response { return e.viewed(malformedRequest()) },
	}.Handler(), err
}

// answer counts the request before it looks at it, then negotiates, which is what DRF does first.
func (e loginEndpoint) answer(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, err := e.service.Admit(ctx, login.Caller{Product: "aisquare", Source: r.Source, RequestID: r.ID})
	switch {
	case err != nil:
		return e.viewed(serverError())
	case visit.Quota.Exceeded:
		return e.viewed(throttled(visit.Quota.Seconds()))
	}
	indent, refusal, ok := negotiate(r)
	if !ok {
		return refusal
	}
	return indented(e.viewed(e.view(ctx, visit, r)), indent)
}

// viewed adds what the server's session authentication adds to every answer from it on: that caches must look at the
// cookies too. Without sessions, as in token mode, it has nothing to add.
func (e loginEndpoint) viewed(response gateway.Response) gateway.Response {
	if !e.cookies() {
		return response
	}
	return response.With("Vary", "Accept, Cookie")
}

func (e loginEndpoint) cookies() bool { return e.settings.Response != "token" }

func (e loginEndpoint) tokenInBody() bool { return e.settings.Response != "session" }

// view is what the server's view does with an admitted request whose answer can be read.
func (e loginEndpoint) view(ctx context.Context, visit *login.Visit, r *gateway.Request) gateway.Response {
	switch r.Method {
	case http.MethodPost:
	case http.MethodOptions:
		return metadata()
	default:
		return methodNotAllowed(r.Method)
	}
	data, refusal, ok := readBody(r)
	if !ok {
		return refusal
	}
	given, problems := validate(data)
	if problems != nil {
		return answer(http.StatusBadRequest, problems)
	}
	return e.logIn(ctx, visit, given)
}

// logIn tries the login as a user name, then as an e-mail address. A user name wins over an equal address of another
// user: the server tries both passwords, which costs two hashes and so tells registered addresses by their time.
//
// The CSRF token beside the session is for clients that expect the cookie: nothing here checks it, so it is not stored. It
// is minted first, for once a session has begun nothing may fail.
func (e loginEndpoint) logIn(ctx context.Context, visit *login.Visit, given credentials) gateway.Response {
	csrfToken, err := visit.Token()
	if err != nil {
		return serverError()
	}
	lifetime := e.settings.lifetime()
	result, err := visit.Login(ctx, login.Request{
		Realm:       e.settings.Realm,
		Identifiers: []directory.Identifier{directory.Username(given.login), directory.EmailAddress(given.login)},
		Password:    given.password,
		Policy:      e.cfg.Policy(),
		Issue:       e.grants(lifetime),
	})
	if err != nil {
		return serverError()
	}
	switch result.Outcome {
	case login.Accepted:
		return e.loggedIn(given.login, csrfToken, result.Issued, lifetime)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return invalidLogin()
	}
	return serverError()
}

// grants returns one session for each place that a token goes to. The server's token and cookie are independent too, and a
// script that reads the body must not learn the cookie.
func (e loginEndpoint) grants(lifetime time.Duration) []login.Grant {
	grant := login.Grant{Kind: session.Browser, Lifetime: lifetime}
	if e.cookies() && e.tokenInBody() {
		return []login.Grant{grant, grant}
	}
	return []login.Grant{grant}
}

// loggedIn sends the tokens: the first in the body if it goes there, the last in the cookie.
func (e loginEndpoint) loggedIn(name, csrfToken string, issued []login.Issued, lifetime time.Duration) gateway.Response {
	var more []any
	if e.tokenInBody() {
		more = []any{"token", issued[0].Token}
	}
	response := answer(http.StatusOK, success(name, more...))
	if !e.cookies() {
		return response
	}
	last := issued[len(issued)-1]
	jar := cookies{begin: last.Expires.Add(-lifetime), secure: e.cfg.CookieSecure}
	return response.WithCookie(jar.csrf(csrfToken)).WithCookie(jar.session(last.Token, lifetime))
}
