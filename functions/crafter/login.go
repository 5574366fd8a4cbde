// Package crafter is the login of CrafterCMS Studio and what its session is good for, as the documents of the first version 3.0
// describe them.
//
// At security/login.json a right password gets 200 {"message":"OK"} and a JSESSIONID cookie. Everything that a user can get
// wrong gets 401 {"message":"Bad credentials"}. The document names the verb GET, shows a POST, and lists two parameters
// without their place. The real server only accepted a POST with a JSON object. All of these work here: see readCredentials.
// The 401 does not distinguish an unknown user, a wrong password and a disabled user.
//
// security/validate-session.json reports whether the cookie's session is good, security/logout.json ends it, user/get.json
// shows its user, and user/change-password.json changes the password. Every request but validate-session.json keeps
// the session alive, so a page that only polls logs nobody in for ever.
//
// Every response is JSON with the real server's headers, and but for user/get.json one {"message":...}.
package crafter

import (
	"context"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// NewLogin returns the handler of security/login.json.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := loginHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: settings.methods(), Handle: h.handle, CrossSite: crossSite, Malformed: malformed,
	}.Handler(), err
}

type loginHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

func (h loginHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, refusal := admit(ctx, h.service, r)
	switch {
	case refusal != nil:
		return *refusal
	case !h.settings.allows(r.Method):
		return methodNotAllowed(h.settings.methods())
	case len(r.Body) > gateway.MaxBody:
		return tooLarge()
	}
	given, refusal := readCredentials(r, h.settings.AllowGet)
	if refusal != nil {
		return *refusal
	}
	return h.login(ctx, visit, given, sessionToken(r))
}

func (h loginHandler) login(ctx context.Context, visit *login.Visit, given credentials, replaces string) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       h.settings.Realm,
		Identifiers: []directory.Identifier{directory.Username(given.username)},
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
		return accepted(result.Issued[0].Token, h.cfg.CookieSecure)
	case login.UnknownUser, login.WrongPassword, login.Locked, login.Inactive, login.Unconfirmed:
		return refused()
	}
	return fault()
}
