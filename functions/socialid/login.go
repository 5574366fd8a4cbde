// Package socialid is Social ID Now's POST /v1/marketing/login/users/login: a server, which authenticates with the id and
// secret of its login application, logs in one of its users by user name or e-mail address.
//
// The application comes first. Before HTTP Basic authentication has succeeded, a client learns nothing, not even that its
// method is wrong. Then come the checks of the request alone, and then the login in the application's own realm. The order
// is the document's: 401, 400, 404, then the codes of 403: active, confirmed, locked, invalid_password.
//
// Only this product tells its clients why a login is refused, because its document does: they are servers that hold a
// secret, not strangers. The account's lock bounds what a burst of guesses can learn.
//
// Every failure is the envelope of the product's Errors page, see failure.
package socialid

import (
	"context"
	"errors"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewLogin returns the handler of POST users/login.
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

func (h loginHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	id, secret := wire.ParseBasic(r.Header.Values("Authorization"))
	caller := login.Caller{Product: "socialid", Source: r.Source, RequestID: r.ID}
	visit, found, err := h.service.AdmitApplication(ctx, caller, login.Calling{ID: id, Secret: secret})
	switch {
	case errors.Is(err, login.ErrApplication):
		return unauthorized()
	case err != nil:
		return fault()
	case visit.Quota.Exceeded:
		return throttled(visit.Quota)
	case r.Method != http.MethodPost:
		return methodNotAllowed()
	case len(r.Body) > gateway.MaxBody:
		return tooLarge()
	}
	given, refusal := readCredentials(r)
	if refusal != nil {
		return *refusal
	}
	return h.login(ctx, visit, found.Application, given, r.BaseURL(h.cfg.PublicURL)+"/v1/marketing/login")
}

// login issues in the order in which accepted takes them. The record of the sign-in is kept as long as its connection.
func (h loginHandler) login(
	ctx context.Context, visit *login.Visit, app directory.Application, given credentials, root string,
) gateway.Response {
	result, err := visit.Login(ctx, login.Request{
		Realm:       app.Realm,
		Identifiers: given.identifiers,
		SameUser:    true,
		Password:    given.password,
		Policy:      h.cfg.Policy(),
		Application: &app,
		Issue: []login.Grant{
			{Kind: session.Connection, Lifetime: h.settings.connectionLifetime()},
			{Kind: session.LoginToken, Lifetime: h.settings.loginTokenLifetime()},
			{Kind: session.SignIn, Lifetime: h.settings.connectionLifetime()},
		},
	})
	if err != nil {
		return fault()
	}
	switch result.Outcome {
	case login.Accepted:
		return accepted(result, root)
	case login.UnknownUser:
		return unknownUser()
	case login.Inactive:
		return refused("active", "The user was manually deactivated.")
	case login.Unconfirmed:
		return refused("confirmed", "The user email is not confirmed yet.")
	case login.Locked:
		return refused("locked", "The user is locked due to too many login attempts with an incorrect password.")
	case login.WrongPassword:
		return refused("invalid_password", "The combination of username/password or email/password is incorrect.")
	}
	return fault()
}
