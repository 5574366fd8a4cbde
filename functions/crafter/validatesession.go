package crafter

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// NewValidateSession returns the handler of security/validate-session.json.
func NewValidateSession(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := validateSessionHandler{settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodGet, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type validateSessionHandler struct {
	settings Settings
	service  *login.Service
}

// handle looks at the session without using it. Studio's pages ask once a minute for as long as they are open, so a use would
// keep a user logged in who has left.
func (h validateSessionHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	if r.Method != http.MethodGet {
		return methodNotAllowed(http.MethodGet)
	}
	if _, refusal := authenticated(h.service.Open(caller(r)).Sessions().Look(ctx, h.settings.claim(r))); refusal != nil {
		return *refusal
	}
	return done()
}
