package crafter

import (
	"context"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// NewLogout returns the handler of security/logout.json.
func NewLogout(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := logoutHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: settings.methods(), Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type logoutHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle ends the session that the cookie names. A request without a session gets the same response, as on the real server. The
// body is not read.
func (h logoutHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	if !h.settings.allows(r.Method) {
		return methodNotAllowed(h.settings.methods())
	}
	if err := h.service.Open(caller(r)).Sessions().EndClaimed(ctx, h.settings.claim(r)); err != nil {
		return fault()
	}
	return loggedOut(h.cfg.CookieSecure)
}
