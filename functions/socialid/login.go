// Package socialid is Social ID Now's login of a user by its application, and what the application can do with the result.
//
// At POST users/login a server, which authenticates with the id and secret of its login application, logs in one of its users
// by user name or e-mail address. It gets a connection, which is the user's session, a login token that is good for an hour,
// and the number of the sign-in. GET connections/:id shows the connection while it is good, DELETE ends it, GET login/info
// shows what the login token stands for, and GET sign_ins/:id repeats the answer to the login. None of them prolongs anything.
//
// The application comes first. Before it has authenticated, a client learns nothing, not even that its method is wrong. Then
// come the checks of the request alone, and then the login in the application's own realm. The order is the document's: 401,
// 400, 404, then the codes of 403: active, confirmed, locked, invalid_password.
//
// Only this product tells its clients why a login is refused, because its document does: they are servers that hold a
// secret, not strangers. The account's lock bounds what a burst of guesses can learn.
//
// Every failure is the envelope of the product's Errors page, see failure.
package socialid

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
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
	calling := basic(r)
	visit, found, refusal := admit(ctx, h.service, r, calling)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method != http.MethodPost:
		return methodNotAllowed(http.MethodPost)
	case len(r.Body) > gateway.MaxBody:
		return tooLarge()
	}
	given, refusal := readCredentials(r)
	if refusal != nil {
		return *refusal
	}
	return h.login(ctx, visit, found.Application, calling.Secret, given, r.BaseURL(h.cfg.PublicURL)+rootPath)
}

// login issues in the order in which tokensOf takes them. Each item keeps the tokens sealed: the connection to end its login
// token with it, the login token to show its connection, the sign-in to show both. The record of the sign-in is kept as long
// as its connection.
func (h loginHandler) login(
	ctx context.Context, visit *login.Visit, app directory.Application, secret string, given credentials, root string,
) gateway.Response {
	sealed := func(result login.Result) ([]byte, error) {
		return tokensOf(result).seal(h.service.Minter.Random, secret)
	}
	result, err := visit.Login(ctx, login.Request{
		Realm:       app.Realm,
		Identifiers: given.identifiers,
		SameUser:    true,
		Password:    given.password,
		Policy:      h.cfg.Policy(),
		Application: &app,
		Issue: []login.Grant{
			{Kind: session.Connection, Lifetime: h.settings.connectionLifetime(), Data: sealed},
			{Kind: session.LoginToken, Lifetime: h.settings.loginTokenLifetime(), Data: sealed},
			{Kind: session.SignIn, Lifetime: h.settings.connectionLifetime(), Data: sealed},
		},
	})
	if err != nil {
		return fault()
	}
	switch result.Outcome {
	case login.Accepted:
		return accepted(signInOf(tokensOf(result), result.User.ID, root), root, result.Issued[2].ID)
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
