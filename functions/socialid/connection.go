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
)

// connectionMethods are the methods of a connection, as Allow lists them.
const connectionMethods = "GET, DELETE"

// NewConnection returns the handler of GET and DELETE connections/:connection_id.
func NewConnection(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	_, err := config.For[Settings](cfg)
	h := connectionHandler{cfg: cfg, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: connectionMethods, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type connectionHandler struct {
	cfg     config.Config
	service *login.Service
}

func (h connectionHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	calling := basic(r)
	visit, found, refusal := admit(ctx, h.service, r, calling)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method != http.MethodGet && r.Method != http.MethodDelete:
		return methodNotAllowed(connectionMethods)
	}
	id := r.Path["connection_id"]
	live, refusal := look(ctx, visit, "connection", claim(found.Application, session.Connection, id))
	switch {
	case refusal != nil:
		return *refusal
	case r.Method == http.MethodDelete:
		return h.end(ctx, visit, live, calling.Secret)
	}
	return respond(http.StatusOK, connectionOf(id, live.User, r.Query["fields"], r.BaseURL(h.cfg.PublicURL)+rootPath))
}

// end logs the user out of this connection: the login token of the same login ends with it. The connection goes first, so that
// a fault in between leaves nothing that shows it.
func (h connectionHandler) end(ctx context.Context, visit *login.Visit, live session.Live, secret string) gateway.Response {
	keeper := visit.Sessions()
	err := keeper.End(ctx, live.Ref())
	if issued, ok := open(live.Data, secret); ok && err == nil {
		err = keeper.EndClaimed(ctx, session.Claim{Product: productName, Realm: live.Realm, Token: issued.loginToken})
	}
	if err != nil {
		return fault()
	}
	return ended()
}

// look returns the session that the claim names, or the 404 of the resource that stands for it. None of the requests is a use.
func look(ctx context.Context, visit *login.Visit, resource string, claim session.Claim) (session.Live, *gateway.Response) {
	live, err := visit.Sessions().Look(ctx, claim)
	switch {
	case errors.Is(err, session.ErrNone):
		return live, new(unknown(resource))
	case err != nil:
		return live, new(fault())
	}
	return live, nil
}

// claim returns the session of an application's own user that a token must name.
func claim(app directory.Application, kind session.Kind, token string) session.Claim {
	return session.Claim{Kind: kind, Product: productName, Realm: app.Realm, Token: token, Application: app.ID}
}

// connection is the body of GET connections/:connection_id.
type connection struct {
	Connection   string         `json:"connection"`
	ConnectionID string         `json:"connection_id"`
	Credential   credential     `json:"credential"`
	Profile      map[string]any `json:"profile,omitzero"` // there only if fields are asked for
	UserID       int64          `json:"user_id"`
	UserToken    string         `json:"user_token"`
}

func connectionOf(id string, user directory.User, fields, root string) connection {
	return connection{
		Connection: connectionURL(root, id), ConnectionID: id, Credential: byPassword,
		Profile: profileOf(user, fields), UserID: user.ID, UserToken: userToken(id),
	}
}

// userToken returns the 32 characters that clients expect: new at each login, and the same for as long as the connection
// lives. Nothing here takes them, and they tell nothing of the connection that they are derived from.
func userToken(connection string) string {
	const length = 32
	return directory.Digest("user_token " + connection)[:length]
}
