// Package socialid is Social ID Now's POST /v1/marketing/login/users/login: a server, known by the id and secret of its login
// application, logs one of its users in by user name or e-mail address.
//
// The application comes first. Until HTTP Basic authentication has told which one is calling, a request learns nothing,
// not even that its method is wrong; then follow the checks that look at the request alone, and then the login in the
// application's own realm. In the document's order: 401, 400, 404, then the codes of 403: active, confirmed, locked,
// invalid_password.
//
// Alone among the products this one tells its clients why a login is refused, because its document does: they are servers
// that hold a secret, not strangers. What a burst of guesses can learn is bounded by the account's lock.
//
// Every failure is the envelope of the product's Errors page, see failure.
package socialid

import (
	"context"
	"errors"
	"net/http"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// loginEndpoint is users/login.
type loginEndpoint struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// NewLogin is the handler of POST users/login on a login service.
func NewLogin(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	e := loginEndpoint{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodPost, Answer: e.answer, CrossSite: crossSite, Malformed: undecodable,
	}.Handler(), err
}

func (e loginEndpoint) answer(ctx context.Context, r *gateway.Request) gateway.Response {
	id, secret := applicationCredentials(r.Header)
	caller := login.Caller{Product: "socialid", Source: r.Source, RequestID: r.ID}
	visit, app, err := e.service.AdmitApplication(ctx, caller, id, secret)
	switch {
	case errors.Is(err, login.ErrApplication):
		return unauthorized()
	case err != nil:
		return internalError()
	case visit.Quota.Exceeded:
		return tooManyRequests(visit.Quota.Seconds())
	case r.Method != http.MethodPost:
		return methodNotAllowed()
	case len(r.Body) > gateway.MaxBody:
		return payloadTooLarge()
	}
	given, problem := readParameters(r)
	if problem != "" {
		return badRequest(problem)
	}
	result, err := visit.Login(ctx, e.request(app, given))
	if err != nil {
		return internalError()
	}
	return outcome(result, r.BaseURL(e.cfg.PublicURL))
}

// request is the login that the parameters ask for. The grants are in the order in which signedIn takes them; the record
// of the sign-in is kept as long as its connection.
func (e loginEndpoint) request(app directory.Application, given parameters) login.Request {
	connection := time.Duration(e.settings.ConnectionHours) * time.Hour
	return login.Request{
		Realm:       app.Realm,
		Identifiers: given.identifiers(),
		SameUser:    true,
		Password:    given.password,
		Policy:      e.cfg.Policy(),
		Application: &app,
		Issue: []login.Grant{
			{Kind: session.Connection, Lifetime: connection},
			{Kind: session.LoginToken, Lifetime: time.Duration(e.settings.LoginTokenMinutes) * time.Minute},
			{Kind: session.SignIn, Lifetime: connection},
		},
	}
}
