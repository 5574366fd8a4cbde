package crafter

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// NewUser returns the handler of user/get.json.
func NewUser(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := userHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodGet, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type userHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle shows the session's own user, read afresh. Of the document's roles there is only "self", so any other name is not
// authorized, whether somebody has it or not.
func (h userHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	if r.Method != http.MethodGet {
		return methodNotAllowed(http.MethodGet)
	}
	username := r.Query["username"]
	live, refusal := authenticated(h.service.Open(caller(r)).Sessions().Use(ctx, h.settings.claim(r)))
	switch {
	case refusal != nil:
		return *refusal
	case username == "":
		return invalidParameters()
	case username != live.User.Username:
		return unauthorized()
	}
	return marshal(http.StatusOK, profileOf(live.User)).With("Location", location(r, h.cfg, live.User))
}

// profile is the documented user. Nobody is managed externally, and the directory knows no sites.
type profile struct {
	Username          wire.Text `json:"username"`
	FirstName         wire.Text `json:"first_name"`
	LastName          wire.Text `json:"last_name"`
	Email             wire.Text `json:"email"`
	ExternallyManaged string    `json:"externally_managed"`
	Sites             []string  `json:"sites"`
}

// profileOf splits the directory's one name at its first space, where an import joined Studio's two.
func profileOf(user directory.User) profile {
	first, last, _ := strings.Cut(user.Name, " ")
	return profile{
		Username: wire.Text(user.Username), FirstName: wire.Text(first), LastName: wire.Text(last), Email: wire.Text(user.Email),
		ExternallyManaged: "false", Sites: []string{},
	}
}

// location returns the URL of a user.
func location(r *gateway.Request, cfg config.Config, user directory.User) string {
	return r.BaseURL(cfg.PublicURL) + userPath + "get.json?username=" + url.QueryEscape(user.Username)
}
