package crafter

import (
	"net/http"
	"strconv"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// body is the body of every response.
type body struct {
	Message string `json:"message"`
}

// respond returns a message with the headers that the real server sent with every JSON (its own documents show a capture of
// 2018). The gateway's no-store replaces the server's longer Cache-Control.
func respond(status int, message string) gateway.Response {
	return gateway.NewResponse(status, "application/json;charset=UTF-8", wire.Marshal(body{message})).
		With("Content-Language", "en-US").
		With("Pragma", "no-cache").
		With("Expires", "0")
}

// accepted sets the real server's cookie. It ends with the browser, as the server's did; only the store knows how long the
// session lives. HttpOnly is the server's own; SameSite and Secure are not.
func accepted(token string, secure bool) gateway.Response {
	return respond(http.StatusOK, "OK").WithCookie(http.Cookie{
		Name: "JSESSIONID", Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
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
