// Package unleash is Unleash's password login, POST /auth/simple/login, with what its web app does in the session that
// begins: ask who is logged in, change the password, log out. The same request gets the same status, body and headers as
// from the Unleash server, so its web app and its clients do not notice the difference.
//
// A client sees the first problem that the server finds, so the handler checks in the server's order: the request limit, the
// body parser (body.go), the method, the content type and the schema (credentials.go), and the switch that turns password
// logins off. Only then are the credentials verified. Every refusal gets the same bytes, whatever its cause.
//
// Four things differ from the server on purpose. Failures are counted, and the count is shown, as the document says. A
// login always begins a new session, where the server keeps the one whose cookie came in (session fixation). A fault shows
// nothing internal. Other methods than POST get a NotFoundError in JSON, not a web page.
package unleash

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// NewLogin returns the handler of POST /auth/simple/login.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := loginHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodPost, Handle: h.handle, CrossSite: crossSite, Malformed: malformed,
	}.Handler(), err
}

type loginHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle admits the request as one that verifies a password.
func (h loginHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	return admitted(ctx, h.service, r, h.dispatch)
}

func (h loginHandler) dispatch(ctx context.Context, visit *login.Visit, r *gateway.Request) gateway.Response {
	body, refusal := readBody(r)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method == http.MethodOptions:
		return options(http.MethodPost)
	case r.Method != http.MethodPost:
		return methodNotAllowed(r.Method, "Log in with POST.")
	}
	given, refusal := readCredentials(r, body)
	switch {
	case refusal != nil:
		return *refusal
	case !h.settings.PasswordLogin:
		return disabled()
	}
	return h.login(ctx, visit, given, sessionToken(r))
}

func (h loginHandler) login(ctx context.Context, visit *login.Visit, given credentials, replaces string) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       h.settings.Realm,
		Identifiers: given.identifiers(),
		Password:    given.password,
		Policy:      h.cfg.Policy(),
		Issue:       []login.Grant{h.settings.grant()},
		Replaces:    replaces,
		Cap:         h.settings.SessionCap,
	})
	if err != nil {
		return fault()
	}
	switch result.Outcome {
	case login.Accepted:
		return accepted(result, h.settings.SessionCap, h.cfg.CookieSecure)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return refused()
	}
	return fault()
}
