// Package aisquare is the login of AISquare Studio, accounts/login, with the endpoints of those who are logged in: profile,
// logout and change-password. They are the views of django-rest-registration on Django REST framework (DRF). Clients written
// for that server get the same statuses, bodies, validation rules, content types and headers here.
//
// A login passes the real server's gates in its order: the form of the response that it accepts (negotiate.go), its method,
// its body in one of three media types (body.go), and whether both fields are usable text (credentials.go, python.go). Only
// then is a password verified. Every refusal is the same 400, byte for byte: unknown, wrong, locked and inactive are alike.
//
// Where the document and the server differ, the response is both: the server's detail, and the login and password that the
// document's schema demands, the password masked. A login reads no Authorization header, and of the cookies only that of
// the session that it replaces. So a second login is simply another login, and no request can choose its own session.
//
// The other endpoints share their gates, see [view].
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

// NewLogin returns the handler of accounts/login.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := loginHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins:   cfg.CORSOrigins,
		Methods:   http.MethodPost,
		Handle:    h.handle,
		CrossSite: func() gateway.Response { return h.settings.varied(crossSite()) },
		Malformed: func() gateway.Response { return h.settings.varied(malformed()) },
	}.Handler(), err
}

type loginHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle admits the request, then negotiates, which DRF does first.
func (h loginHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, refusal := admit(ctx, h.service, r)
	if refusal != nil {
		return h.settings.varied(*refusal)
	}
	indent, refusal := negotiate(r)
	if refusal != nil {
		return *refusal
	}
	return indented(h.settings.varied(h.dispatch(ctx, visit, r)), indent)
}

func caller(r *gateway.Request) login.Caller {
	return login.Caller{Product: names.Name, Source: r.Source, RequestID: r.ID}
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

// varied adds the header that the real server's session authentication adds to every response after negotiation: caches
// must look at the cookies too. Without sessions, as in token mode, it adds nothing.
func (s Settings) varied(response gateway.Response) gateway.Response {
	if !s.cookies() {
		return response
	}
	return response.With("Vary", "Accept, Cookie")
}

func (h loginHandler) dispatch(ctx context.Context, visit *login.Visit, r *gateway.Request) gateway.Response {
	switch r.Method {
	case http.MethodPost:
	case http.MethodOptions:
		return options(metadata("Login", text("login", "Login")+","+text("password", "Password")))
	default:
		return methodNotAllowed(r.Method)
	}
	given, refusal := readCredentials(r)
	if refusal != nil {
		return *refusal
	}
	replaced, _ := cookieValue(r, "sessionid")
	return h.login(ctx, visit, given, replaced)
}

// login looks the user up by user name, then by e-mail address. A user name wins over an equal address of another user. The
// real server verifies both passwords; the two hashes reveal registered addresses by their time.
//
// The CSRF token is compared with its own cookie only, so it is not stored. It is minted first, because nothing may fail
// after a session has begun.
func (h loginHandler) login(
	ctx context.Context, visit *login.Visit, given credentials, replaced string,
) gateway.Response {
	grants := h.settings.grants()
	csrfToken, err := visit.Opaque()
	if err != nil {
		return fault()
	}
	result, err := visit.Login(ctx, login.Request{
		Realm:       h.settings.Realm,
		Identifiers: []directory.Identifier{directory.Username(given.login), directory.EmailAddress(given.login)},
		Password:    given.password,
		Policy:      h.cfg.Policy(),
		Issue:       grants,
		Replaces:    replaced,
		Cap:         h.settings.SessionCap * len(grants),
	})
	if err != nil {
		return fault()
	}
	switch result.Outcome {
	case login.Accepted:
		return h.withTokens(given.login, csrfToken, result.Issued, visit.Sessions().Now)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return refused()
	}
	return fault()
}

// grants returns one session for each place that a token goes to. The real server's token and cookie are independent too,
// and a script that reads the body must not learn the cookie.
func (s Settings) grants() []login.Grant {
	var grants []login.Grant
	if s.tokenInBody() {
		grants = append(grants, login.Grant{Kind: session.Bearer, Idle: s.idle(), Lifetime: s.lifetime()})
	}
	if s.cookies() {
		grants = append(grants, login.Grant{Kind: session.Browser, Idle: s.idle(), Lifetime: s.lifetime()})
	}
	return grants
}

// withTokens accepts with the tokens in their places: the first in the body if one goes there, the last in the cookie.
func (h loginHandler) withTokens(name, csrfToken string, issued []login.Issued, begin time.Time) gateway.Response {
	token, last := "", issued[len(issued)-1]
	if h.settings.tokenInBody() {
		token = issued[0].Token
	}
	response := accepted(name, token)
	if !h.settings.cookies() {
		return response
	}
	return response.WithCookie(csrfCookie(csrfToken, begin, h.cfg.CookieSecure)).
		WithCookie(cookie("sessionid", last.Token, begin, h.settings.lifetime(), h.cfg.CookieSecure))
}
