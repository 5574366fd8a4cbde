package socialid

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewInfo returns the handler of GET login/info.
func NewInfo(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	_, err := config.For[Settings](cfg)
	h := infoHandler{cfg: cfg, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodGet, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type infoHandler struct {
	cfg     config.Config
	service *login.Service
}

// handle takes the application's secret and a login token from the query, as the document has it. The token can be shown more
// than once within its hour.
func (h infoHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	secret, token := r.Query["api_secret"], r.Query["token"]
	visit, found, refusal := admit(ctx, h.service, r, login.Calling{Secret: secret})
	switch {
	case refusal != nil:
		return *refusal
	case r.Method != http.MethodGet:
		return methodNotAllowed(http.MethodGet)
	case token == "":
		return invalid("token can't be blank")
	}
	live, refusal := look(ctx, visit, "token", claim(found.Application, session.LoginToken, token))
	if refusal != nil {
		return *refusal
	}
	issued, ok := open(live.Data, secret)
	if !ok { // the secret was rotated since
		return unknown("token")
	}
	return respond(http.StatusOK, infoOf(issued.connection, live.User, r.Query["fields"], r.BaseURL(h.cfg.PublicURL)+rootPath))
}

// info is the body of GET login/info. The document calls its fields from email to picture_url deprecated.
type info struct {
	Connection   string         `json:"connection"`
	ConnectionID string         `json:"connection_id"`
	Credential   credential     `json:"credential"`
	Email        *wire.Text     `json:"email"`
	ID           int64          `json:"id"`
	Location     *wire.Text     `json:"location"` // the directory has none
	Name         *wire.Text     `json:"name"`
	PictureURL   *wire.Text     `json:"picture_url"`
	Profile      map[string]any `json:"profile,omitzero"` // there only if fields are asked for
}

func infoOf(connection string, user directory.User, fields, root string) info {
	return info{
		Connection: connectionURL(root, connection), ConnectionID: connection, Credential: byPassword,
		Email: orNull(user.Email), ID: user.ID, Name: orNull(user.Name), PictureURL: orNull(user.ImageURL),
		Profile: profileOf(user, fields),
	}
}
