package sessions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

// NewVerify returns the handler of GET /verify. A proxy passes a client's headers to it, and passes the request on to the
// backend only after a 2xx. It has no cross-site rule: a link from another site must open.
func (p Products) NewVerify(cfg config.Config, service *login.Service) (gateway.Handler, error) {
	c, err := p.checks(cfg, service)
	return gateway.Endpoint{
		Handle: c.verify, Malformed: func() gateway.Response { return respond(http.StatusBadRequest, "Bad Request") },
	}.Handler(), err
}

func (c checks) verify(ctx context.Context, r *gateway.Request) gateway.Response {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return respond(http.StatusMethodNotAllowed, "Method Not Allowed").With("Allow", "GET, HEAD")
	}
	live, err := c.identify(ctx, r, r.Query["product"])
	switch {
	case errors.Is(err, session.ErrNone):
		return respond(http.StatusUnauthorized, "Unauthorized")
	case errors.Is(err, errTwoUsers):
		return respond(http.StatusUnauthorized, "The sessions name two users. Ask with ?product=")
	case err != nil:
		return respond(http.StatusInternalServerError, "Internal server error")
	}
	return verified(live.User)
}

// verified names the user in headers, as Authelia does. A header without a value is left out. So backends see no
// Remote-User of a user without a user name: anything in its place could be another user's name.
func verified(user directory.User) gateway.Response {
	response := respond(http.StatusOK, "OK")
	for name, value := range map[string]string{"Remote-User": user.Username, "Remote-Email": user.Email, "Remote-Name": user.Name} {
		if value != "" {
			response = response.With(name, escaped(value))
		}
	}
	return response
}

// escaped returns text as a header can hold it: the bytes of other than printable ASCII, spaces and percent signs are
// percent-encoded.
func escaped(text string) string {
	var out strings.Builder
	for _, b := range []byte(text) {
		if b > ' ' && b < 0x7F && b != '%' {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}
