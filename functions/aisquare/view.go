package aisquare

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
	"gatehouse/shared/wire"
)

// view is an endpoint for users who are logged in. Each request passes the real server's gates in its order: the form of the
// response (negotiate.go), authentication (authenticate.go) with the CSRF rules of sessions (csrf.go), and the method. Then
// answer runs.
type view struct {
	cfg      config.Config
	settings Settings
	service  *login.Service

	verifies bool     // whether it verifies a password, so that requests count against their source
	allow    string   // the real server's methods, for the header of that name
	methods  []string // those that answer takes
	metadata string   // DRF's response to OPTIONS
	answer   func(context.Context, *call) gateway.Response
}

// handler completes the view with its settings.
func (v view) handler(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	v.cfg, v.settings, v.service = cfg, settings, service
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: v.allow, Handle: v.handle,
		Malformed: func() gateway.Response { return v.settings.varied(malformed()).With("Allow", v.allow) },
	}.Handler(), err
}

func (v view) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	c := &call{Request: r, view: v, body: sync.OnceValues(func() (wire.Value, *gateway.Response) { return readBody(r) })}
	return c.respond(ctx).With("Allow", v.allow)
}

// call is one request to a view.
type call struct {
	*gateway.Request
	view  view
	body  func() (wire.Value, *gateway.Response) // as readBody returns it; the CSRF rules and the fields both look at it
	visit *login.Visit
	live  session.Live // who calls; after authentication
	over  bool         // whether the session of the request's cookie is over, so that the response clears the cookie
}

func (c *call) respond(ctx context.Context) gateway.Response {
	if refusal := c.admit(ctx); refusal != nil {
		return c.view.settings.varied(*refusal)
	}
	indent, refusal := negotiate(c.Request)
	if refusal != nil {
		return *refusal
	}
	return indented(c.withCookies(c.view.settings.varied(c.dispatch(ctx))), indent)
}

func (c *call) admit(ctx context.Context) (refusal *gateway.Response) {
	if c.view.verifies {
		c.visit, refusal = admit(ctx, c.view.service, c.Request)
	} else {
		c.visit = c.view.service.Open(caller(c.Request))
	}
	return refusal
}

func (c *call) dispatch(ctx context.Context) gateway.Response {
	refusal := c.authenticate(ctx)
	switch {
	case refusal != nil:
		return *refusal
	case c.Method == http.MethodOptions:
		return options(c.view.metadata)
	case !slices.Contains(c.view.methods, c.Method):
		return methodNotAllowed(c.Method)
	}
	return c.view.answer(ctx, c)
}

// withCookies clears the cookie of a session that is over, and replaces a malformed CSRF token, as Django's middleware does.
func (c *call) withCookies(response gateway.Response) gateway.Response {
	if c.over {
		response = response.WithCookie(expired("sessionid", c.view.cfg.CookieSecure))
	}
	given, sent := cookieValue(c.Request, "csrftoken")
	if _, flaw := csrfSecret(given); !sent || flaw == "" || !c.view.settings.cookies() {
		return response
	}
	token, err := c.visit.Opaque()
	if err != nil {
		return c.view.settings.varied(fault())
	}
	return response.WithCookie(csrfCookie(token, c.visit.Sessions().Now, c.view.cfg.CookieSecure))
}
