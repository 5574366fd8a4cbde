package unleash

import (
	"cmp"
	"context"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// NewLogout returns the handler of POST /logout, which ends all sessions of the user, as the real server does.
func NewLogout(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	settings, err := config.For[Settings](cfg)
	h := logoutHandler{cfg: cfg, settings: settings, service: service}
	return gateway.Endpoint{
		Origins: cfg.CORSOrigins, Methods: http.MethodPost, Handle: h.handle, Malformed: malformed,
	}.Handler(), err
}

type logoutHandler struct {
	cfg      config.Config
	settings Settings
	service  *login.Service
}

// handle ignores the body, but the body parser has its say before.
func (h logoutHandler) handle(ctx context.Context, r *gateway.Request) gateway.Response {
	if _, refusal := readBody(r); refusal != nil {
		return *refusal
	}
	visit := h.service.Open(caller(r))
	live, refusal := h.settings.authenticate(ctx, visit, r)
	switch {
	case refusal != nil:
		return *refusal
	case r.Method == http.MethodOptions:
		return options(http.MethodPost)
	case r.Method != http.MethodPost:
		return methodNotAllowed(r.Method, "Log out with POST.")
	}
	if err := visit.Sessions().EndAll(ctx, live.Ref()); err != nil {
		return fault()
	}
	return loggedOut(r, h.cfg.CookieSecure)
}

// loggedOut is the real server's response with one difference: it does not ask the browser to clear all cookies, because
// those of other products may be among them.
func loggedOut(r *gateway.Request, secure bool) gateway.Response {
	location := r.BasePath() + "/signed-out"
	return found(location, preferred(r.Header.Values("Accept"), "text/plain", "text/html")).
		With("Location", location).
		With("Clear-Site-Data", `"storage"`).
		WithCookie(cookie("", time.Unix(0, 0), secure))
}

// found is Express's redirect, in the form that the client prefers. Without one it has neither a body nor a Content-Type.
func found(location, mediaType string) gateway.Response {
	text := "Found. Redirecting to " + location
	switch mediaType {
	case "text/html":
		text = "<p>" + html.EscapeString(text) + "</p>"
	case "":
		return gateway.Response{Status: http.StatusFound, Header: http.Header{"Vary": {"Accept"}}}
	}
	return gateway.NewResponse(http.StatusFound, mediaType+"; charset=utf-8", []byte(text)).With("Vary", "Accept, Accept-Encoding")
}

// preferred returns the offered media type that an Accept header prefers, or "" if it wants none of them, as npm's negotiator
// does: by the weight of the most specific range that matches, by that range's specificity, by its place, by our order.
func preferred(accept []string, offered ...string) string {
	if len(accept) == 0 {
		return offered[0]
	}
	type choice struct {
		mediaType          string
		q                  float64
		specificity, place int
	}
	var choices []choice
	for _, mediaType := range offered {
		best := choice{specificity: -1}
		for place, text := range strings.Split(strings.Join(accept, ","), ",") {
			accepted := wire.ParseMediaType(text)
			specificity := slices.Index([]string{"*/*", "text/*", mediaType}, accepted.Type)
			q := 1.0
			if weight, ok := accepted.Parameters["q"]; ok {
				q, _ = strconv.ParseFloat(weight, 64) // what is not a number is no weight
				delete(accepted.Parameters, "q")
			}
			if len(accepted.Parameters) == 0 && specificity > best.specificity {
				best = choice{mediaType, q, specificity, place}
			}
		}
		if best.q > 0 {
			choices = append(choices, best)
		}
	}
	slices.SortStableFunc(choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.q, a.q), cmp.Compare(b.specificity, a.specificity), cmp.Compare(a.place, b.place))
	})
	if len(choices) == 0 {
		return ""
	}
	return choices[0].mediaType
}
