package crafter

import (
	"context"
	"net/http"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// NewChangePassword returns the handler of user/change-password.json.
func NewChangePassword(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := changePasswordHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodPost, Handle: h.handle, Malformed: invalidParameters,
	}.Handler(), err
}

type changePasswordHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

func (h changePasswordHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	visit, refusal := admit(ctx, h.service, r)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method != http.MethodPost:
		return methodNotAllowed(http.MethodPost)
	case len(r.Body) > gateway.MaxBody:
		return tooLarge()
	}
	live, refusal := authenticated(visit.Sessions().Use(ctx, h.settings.claim(r)))
	if refusal != nil {
		return *refusal
	}
	wanted, ok := readChange(r)
	switch {
	case !ok:
		return invalidParameters()
	case wanted.username != live.User.Username: // the document's role is "self"; nobody learns which names there are
		return unauthorized()
	case product.CheckPassword(h.cfg, []product.Product{names}, live.User, wanted.password) != nil:
		return invalidParameters()
	}
	return h.change(ctx, r, visit, live, wanted)
}

// change keeps the session that asks; the user's others end. The refusals are alike: a wrong password, a locked account, and a
// user who was changed meanwhile.
func (h changePasswordHandler) change(
	ctx context.Context, r *gateway.Request, visit *login.Visit, live session.Live, wanted change,
) gateway.Response {
	outcome, err := visit.ChangePassword(ctx, login.Change{
		Session: live, Old: wanted.current, New: wanted.password, Policy: h.cfg.Policy(), Keep: true,
	})
	switch {
	case err != nil:
		return fault()
	case outcome != login.Accepted:
		return unauthorized()
	}
	return done().With("Location", location(r, h.cfg, live.User))
}

// change is what a client sent, none of it empty.
type change struct{ username, current, password string }

// readChange reads the documented JSON object, whatever its Content-Type is; ok is false for anything else. Bytes that are not
// text are refused too: replaced, they would become a password that its user does not know.
func readChange(r *gateway.Request) (given change, ok bool) {
	text, _ := wire.DecodeCharset(wire.ParseMediaType(r.Header.Get("Content-Type")).Parameters["charset"], r.Body)
	object, err := wire.ParseJSON(text)
	if err != nil || object.Kind != wire.Object || wire.Lossy(text, r.Body) {
		return change{}, false
	}
	for name, into := range map[string]*string{"username": &given.username, "current": &given.current, "new": &given.password} {
		value, _ := object.Member(name)
		if *into = value.Text; value.Kind != wire.String || value.Text == "" {
			return change{}, false
		}
	}
	return given, true
}
