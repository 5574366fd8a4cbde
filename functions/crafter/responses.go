package crafter

import (
	"net/http"
	"strconv"
	"time"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// body is the body of every response but the one of user/get.json.
type body struct {
	Message string `json:"message"`
}

func respond(status int, message string) gateway.Response { return marshal(status, body{message}) }

// marshal returns a response with the headers that the real server sent with every JSON (its own documents show a capture of
// 2018). The gateway's no-store replaces the server's longer Cache-Control.
func marshal(status int, body any) gateway.Response {
	return gateway.NewResponse(status, "application/json;charset=UTF-8", wire.Marshal(body)).
		With("Content-Language", "en-US").
		With("Pragma", "no-cache").
		With("Expires", "0")
}

// accepted sets the real server's cookie. It ends with the browser, as the server's did; only the store knows how long the
// session lives. HttpOnly is the server's own; SameSite and Secure are not.
func accepted(token string, secure bool) gateway.Response {
	return done().WithCookie(cookie(token, secure))
}

func cookie(token string, secure bool) http.Cookie {
	return http.Cookie{
		Name: cookieName, Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

// loggedOut clears the cookie. The real server left it to the browser, which went on sending a dead one.
func loggedOut(secure bool) gateway.Response {
	cleared := cookie("", secure)
	cleared.Expires, cleared.MaxAge = time.Unix(0, 0), -1
	return done().WithCookie(cleared)
}

func done() gateway.Response { return respond(http.StatusOK, "OK") }

// unauthorized is the one response to a request without a session, and to one for which its session is not enough.
func unauthorized() gateway.Response { return respond(http.StatusUnauthorized, "Unauthorized") }

func invalidParameters() gateway.Response {
	return respond(http.StatusBadRequest, "Invalid parameter(s)")
}

// refused is the one response to all refusals: it must never differ by cause.
func refused() gateway.Response { return respond(http.StatusUnauthorized, "Bad credentials") }

func malformed() gateway.Response { return respond(http.StatusBadRequest, "Bad Request") }

func crossSite() gateway.Response { return respond(http.StatusForbidden, "Forbidden") }

func methodNotAllowed(allowed string) gateway.Response {
	return respond(http.StatusMethodNotAllowed, "Method Not Allowed").With("Allow", allowed)
}

func tooLarge() gateway.Response {
	return respond(http.StatusRequestEntityTooLarge, "Payload Too Large")
}

func throttled(quota login.Quota) gateway.Response {
	return respond(http.StatusTooManyRequests, "Too Many Requests").With("Retry-After", strconv.Itoa(quota.Seconds()))
}

// fault is the documented text alone. The real server appended the exception, which reveals internals.
func fault() gateway.Response {
	return respond(http.StatusInternalServerError, "Internal server error")
}
