package socialid

import (
	"context"
	"net/http"
	"strconv"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// NewSignIn returns the handler of GET sign_ins/:id.
func NewSignIn(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	_, err := config.For[Settings](cfg)
	h := signInHandler{cfg: cfg, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodGet, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type signInHandler struct {
	cfg     config.Config
	service *login.Service
}

// handle shows a sign-in for as long as its connection is good. The sign-in is read together with the application, so the whole
// costs two requests.
func (h signInHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	calling := basic(r)
	calling.SignIn = readID(r.Path["id"])
	visit, found, refusal := admit(ctx, h.service, r, calling)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method != http.MethodGet:
		return methodNotAllowed(http.MethodGet)
	}
	app := found.Application
	issued, ok := open(found.SignIn.Data, calling.Secret)
	if !ok || found.SignIn.Application != app.ID || found.SignIn.Realm != app.Realm {
		return unknown("sign_in")
	}
	live, refusal := look(ctx, visit, "sign_in", claim(app, session.Connection, issued.connection))
	if refusal != nil {
		return *refusal
	}
	return respond(http.StatusOK, signInOf(issued, live.User.ID, r.BaseURL(h.cfg.PublicURL)+rootPath))
}

// readID returns a sign-in's id, or 0 for text that is not one as the login writes it.
func readID(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text {
		return 0
	}
	return id
}
