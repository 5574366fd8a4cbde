// Package crafter is the login of CrafterCMS Studio, security/login.json, as its document describes it: a right password gets
// 200 {"message":"OK"} and a JSESSIONID cookie. Everything that a user can get wrong gets 401 {"message":"Bad credentials"}.
//
// The document names the verb GET, shows a POST, and lists two parameters without their place. The real server only accepted
// a POST with a JSON object. All of these work here: see readCredentials. The 401 does not distinguish an unknown user, a
// wrong password and a disabled user. Every response, also to a wrong method, is {"message":...} with the real server's headers.
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

// NewLogin returns the handler of security/login.json.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := loginHandler{cfg: cfg, settings: settings, service: service, methods: "POST"}
	if settings.AllowGet {
		h.methods = "GET, POST"
	}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: h.methods, Handle: h.handle, CrossSite: crossSite, Malformed: malformed,
	}.Handler(), err
}

type loginHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
	methods  string // as Allow lists them
}

func (h loginHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, err := h.service.Admit(ctx, login.Caller{Product: "crafter", Source: r.Source, RequestID: r.ID})
	switch {
	case err != nil:
		return fault()
	case visit.Quota.Exceeded:
		return throttled(visit.Quota)
	case r.Method != http.MethodPost && (r.Method != http.MethodGet || !h.settings.AllowGet):
		return methodNotAllowed(h.methods)
	case len(r.Body) > gateway.MaxBody:
		return tooLarge()
	}
	given, refusal := readCredentials(r, h.settings.AllowGet)
	if refusal != nil {
		return *refusal
	}
	return h.login(ctx, visit, given)
}

func (h loginHandler) login(ctx context.Context, visit *login.Visit, given credentials) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       h.settings.Realm,
		Identifiers: []directory.Identifier{directory.Username(given.username)},
		Password:    given.password,
		Policy:      h.cfg.Policy(),
		Issue:       []login.Grant{{Kind: session.Browser, Lifetime: h.settings.lifetime()}},
	})
	if err != nil {
		return fault()
	}
	switch result.Outcome {
	case login.Accepted:
		return accepted(result.Issued[0].Token, h.cfg.CookieSecure)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return refused()
	}
	return fault()
}
