// Package unleash answers Unleash's password login, POST /auth/simple/login, as the Unleash server does: the same status,
// body and headers for the same request, so that its web app and its clients do not notice the difference.
//
// What a client sees first depends on the order in which the server checks, and that order is kept: the limit of requests
// comes before the body is looked at ([login.Service.Admit]), then what the server's body parser finds wrong with the
// body (body.go), the method, the content type, the schema, of which only the first error is told (schema.go), and the
// switch that turns password logins off. Only then are the credentials looked at.
//
// The server has three shapes of error, by the part of it that found the error: the body parser's {"message"}, the
// schema's {"id","name","message","details"}, and the handler's without an id (answers.go). Whoever is refused gets the
// same bytes, whatever the cause: no such user, a wrong password, a locked, inactive or unconfirmed account.
//
// Four things differ from the server on purpose. Failures are counted, and the count is shown, as the document says. A
// login always begins a new session, where the server keeps the one whose cookie came in (session fixation). A fault tells
// nothing internal. And other methods than POST get a NotFoundError in JSON, not a web page.
package unleash

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// sessionCookie is the name that Unleash's web app and its session middleware know.
const sessionCookie = "unleash-session"

// NewLogin is the handler of POST /auth/simple/login.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	return gateway.Endpoint{
		Origins:   cfg.CORSOrigins,
		Methods:   http.MethodPost,
		Answer:    loginEndpoint{cfg, settings, service}.answer,
		CrossSite: crossSite,
		Malformed: malformedEvent,
	}.Handler(), err
}

type loginEndpoint struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// answer admits the request, and says on the answer to every one that was counted how many more there may be.
func (e loginEndpoint) answer(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, err := e.service.Admit(ctx, login.Caller{Product: "unleash", Source: r.Source, RequestID: r.ID})
	if err != nil {
		return fault()
	}
	if visit.Quota.Exceeded {
		return withQuota(tooManyRequests(visit.Quota), visit.Quota)
	}
	return withQuota(e.admitted(ctx, visit, r), visit.Quota)
}

// admitted goes through the server's checks in the server's order.
func (e loginEndpoint) admitted(ctx context.Context, visit *login.Visit, r *gateway.Request) gateway.Response {
	body, refusal := readBody(r)
	if refusal != nil {
		return *refusal
	}
	if r.Method == http.MethodOptions {
		return allowed()
	}
	if r.Method != http.MethodPost {
		return notFound(r.Method)
	}
	if refusal := checkContentType(r); refusal != nil {
		return *refusal
	}
	given, refusal := validate(body)
	if refusal != nil {
		return *refusal
	}
	if !e.settings.PasswordLogin {
		return disabled()
	}
	return e.login(ctx, visit, given)
}

func (e loginEndpoint) login(ctx context.Context, visit *login.Visit, given credentials) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       e.settings.Realm,
		Identifiers: given.identifiers(),
		Password:    given.password,
		Policy:      e.cfg.Policy(),
		Issue: []login.Grant{
			{Kind: session.Browser, Lifetime: e.settings.lifetime()},
		},
	})
	if err != nil {
		return fault()
	}
	if result.Outcome != login.Accepted {
		return passwordMismatch()
	}
	return accepted(result.User, result.Before).WithCookie(e.cookie(result.Issued[0]))
}

func (e loginEndpoint) cookie(issued login.Issued) http.Cookie {
	return http.Cookie{
		Name:     sessionCookie,
		Value:    issued.Token,
		Path:     "/",
		Expires:  issued.Expires,
		HttpOnly: true,
		Secure:   e.cfg.CookieSecure,
		SameSite: http.SameSiteLaxMode,
	}
}
