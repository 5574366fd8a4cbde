package unleash

import (
	"context"
	"encoding/json"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewUser returns the handler of GET /api/admin/user, which Unleash's web app polls to learn who is logged in.
func NewUser(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := userHandler{settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodGet, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type userHandler struct {
	settings Settings
	service  *login.Service
}

// handle checks in the real server's order: the body parser, the session, the method.
func (h userHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	if _, refusal := readBody(r); refusal != nil {
		return *refusal
	}
	live, refusal := h.settings.authenticate(ctx, h.service.Open(caller(r)), r)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method == http.MethodGet, r.Method == http.MethodHead:
		return respondJSON(http.StatusOK, h.settings.newMe(live))
	case r.Method == http.MethodOptions:
		return options("GET,HEAD")
	}
	return pathNotFound(r, userPath)
}

// me is the document's meSchema. The user is as the login showed it; the permissions are those of now. Gatehouse keeps
// neither feedback nor splash screens.
type me struct {
	User        json.RawMessage `json:"user"`
	Permissions []permission    `json:"permissions"`
	Feedback    []struct{}      `json:"feedback"`
	Splash      struct{}        `json:"splash"`
}

type permission struct {
	Permission wire.Text `json:"permission"`
}

func (s Settings) newMe(live session.Live) me {
	body := me{
		User: withSessions(live.Data, live.Displaced, s.SessionCap), Permissions: []permission{}, Feedback: []struct{}{},
	}
	for _, held := range live.User.Permissions {
		body.Permissions = append(body.Permissions, permission{wire.Text(held)})
	}
	return body
}
