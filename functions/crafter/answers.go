package crafter

import (
	"net/http"
	"strconv"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// answer is one message with the headers that the server sent with every JSON it wrote (a capture of 2018 is in its own
// documents). The gateway's no-store takes the place of its longer Cache-Control.
func answer(status int, message string) gateway.Response {
	return gateway.NewResponse(status, "application/json;charset=UTF-8", wire.ObjectOf("message", message)).
		With("Content-Language", "en-US").
		With("Pragma", "no-cache").
		With("Expires", "0")
}

// loggedIn hands out the session in the server's cookie. It ends with the browser, as the server's did: how long the
// session itself lives, only the store knows. HttpOnly is the server's own; SameSite and Secure are not.
func loggedIn(token string, secure bool) gateway.Response {
	return answer(http.StatusOK, "OK").WithCookie(http.Cookie{
		Name: "JSESSIONID", Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// badCredentials is the one answer to all refusals: it must never differ by cause.
func badCredentials() gateway.Response { return answer(http.StatusUnauthorized, "Bad credentials") }

func badRequest() gateway.Response { return answer(http.StatusBadRequest, "Bad Request") }

func forbidden() gateway.Response { return answer(http.StatusForbidden, "Forbidden") }

func methodNotAllowed(allowed string) gateway.Response {
	return answer(http.StatusMethodNotAllowed, "Method Not Allowed").With("Allow", allowed)
}

func payloadTooLarge() gateway.Response {
	return answer(http.StatusRequestEntityTooLarge, "Payload Too Large")
}

func tooManyRequests(retryAfter int) gateway.Response {
	return answer(http.StatusTooManyRequests, "Too Many Requests").With("Retry-After", strconv.Itoa(retryAfter))
}

// internalError is the documented text alone. The server's own appended the exception, which told strangers too much.
func internalError() gateway.Response {
	return answer(http.StatusInternalServerError, "Internal server error")
}
