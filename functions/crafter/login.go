// Package crafter is the login of CrafterCMS Studio, security/login.json, as its document has it: a right password is
// answered 200 {"message":"OK"} with a JSESSIONID cookie, and everything else that a user can get wrong 401
// {"message":"Bad credentials"}.
//
// The document calls the verb GET and shows a POST, and lists two parameters without saying where they go. The server only
// ever took a POST with a JSON object. All of these are served: see readCredentials. The server's 401 does not tell an
// unknown user from a wrong password or a disabled user, and nor does this one: the answers are equal byte for byte, and
// package login makes them equal in work.
//
// Every answer, the refusals of method, size and rate included, is {"message":...} with the server's headers.
package crafter

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// loginEndpoint is security/login.json.
type loginEndpoint struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
	methods  string // as Allow lists them
}

// NewLogin is the handler of security/login.json on a login service.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	e := loginEndpoint{cfg: cfg, settings: settings, service: service, methods: "POST"}
	if settings.AllowGet {
		e.methods = "GET, POST"
	}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: e.methods, Answer: e.answer, CrossSite: forbidden, Malformed: badRequest,
	}.Handler(), err
}

func (e loginEndpoint) answer(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, err := e.service.Admit(ctx, login.Caller{Product: "crafter", Source: r.Source, RequestID: r.ID})
	switch {
	case err != nil:
		return internalError()
	case visit.Quota.Exceeded:
		return tooManyRequests(visit.Quota.Seconds())
	case !e.allows(r.Method):
		return methodNotAllowed(e.methods)
	case len(r.Body) > gateway.MaxBody:
		return payloadTooLarge()
	}
	given, readable := readCredentials(r, e.settings.AllowGet)
	if !readable {
		return badRequest()
	}
	// A request that names nobody or tests no password is no attempt: there is nothing to count, and its sender
	// learns nothing from an answer that comes without a hash.
	if given.username == "" || given.password == "" {
		return badCredentials()
	}
	return e.logIn(ctx, visit, given)
}

func (e loginEndpoint) allows(method string) bool {
	return method == http.MethodPost || method == http.MethodGet && e.settings.AllowGet
}

func (e loginEndpoint) logIn(ctx context.Context, visit *login.Visit, given credentials) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       e.settings.Realm,
		Identifiers: []directory.Identifier{directory.Username(given.username)},
		Password:    given.password,
		Policy:      e.cfg.Policy(),
		Issue: []login.Grant{
			{Kind: session.Browser, Lifetime: e.settings.lifetime()},
		},
	})
	if err != nil {
		return internalError()
	}
	switch result.Outcome {
	case login.Accepted:
		return loggedIn(result.Issued[0].Token, e.cfg.CookieSecure)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return badCredentials()
	}
	return internalError()
}
