package unleash

import (
	"crypto/sha1" //nolint:gosec // what Express makes its entity tags with
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// respond is an answer with the headers that Express and its compression put on every one.
func respond(status int, contentType string, body []byte) gateway.Response {
	return gateway.NewResponse(status, contentType, body).With("ETag", etag(body)).With("Vary", "Accept-Encoding")
}

func respondJSON(status int, body wire.Raw) gateway.Response {
	return respond(status, "application/json; charset=utf-8", body)
}

func respondText(status int, text string) gateway.Response {
	return respond(status, "text/html; charset=utf-8", []byte(text))
}

// etag is Express's weak entity tag: the length in hex and 27 characters of the SHA-1 in base64. It protects nothing.
func etag(body []byte) string {
	sum := sha1.Sum(body) //nolint:gosec // see the import
	return fmt.Sprintf(`W/"%x-%s"`, len(body), base64.StdEncoding.EncodeToString(sum[:])[:27])
}

// withQuota adds the headers of express-rate-limit (IETF draft 6 of RateLimit), unless requests are not counted.
func withQuota(response gateway.Response, quota login.Quota) gateway.Response {
	if quota.Limit == 0 {
		return response
	}
	limit := strconv.Itoa(quota.Limit)
	return response.
		With("RateLimit-Policy", limit+";w=60").
		With("RateLimit-Limit", limit).
		With("RateLimit-Remaining", strconv.Itoa(quota.Remaining)).
		With("RateLimit-Reset", strconv.Itoa(quota.Seconds()))
}

func tooManyRequests(quota login.Quota) gateway.Response {
	return respondText(http.StatusTooManyRequests, "Too many requests, please try again later.").
		With("Retry-After", strconv.Itoa(quota.Seconds()))
}

// allowed answers OPTIONS as Express's router does.
func allowed() gateway.Response {
	return respondText(http.StatusOK, http.MethodPost).With("Allow", http.MethodPost)
}

// parserError is the first shape of error: what the body parser says.
func parserError(status int, text string) gateway.Response {
	return respondJSON(status, wire.ObjectOf("message", text))
}

// requestError is the second shape: what is wrong with the request, with an id of its own and one entry of details.
func requestError(status int, name, text string, detail wire.Raw) gateway.Response {
	return respondJSON(status, wire.ObjectOf(
		"id", uuid.NewString(), "name", name, "message", text, "details", wire.ArrayOf(detail),
	))
}

// loginError is the third shape: what the server's handler throws, without an id.
func loginError(status int, name, text string) gateway.Response {
	return respondJSON(status, wire.ObjectOf(
		"name", name, "message", text, "details", wire.ArrayOf(wire.ObjectOf("message", text)),
	))
}

// passwordMismatch is the one answer to everyone who is not logged in.
func passwordMismatch() gateway.Response {
	return loginError(http.StatusUnauthorized, "PasswordMismatch",
		"The combination of password and username you provided is invalid. If you have forgotten your password, "+
			"visit /forgotten-password or get in touch with your instance administrator.")
}

func disabled() gateway.Response {
	return loginError(http.StatusUnprocessableEntity, "DisabledError", "Logging in with username/password has been disabled.")
}

// The answers below are ours: the server has an HTML page, an internal text or no such check in their place.

func notFound(method string) gateway.Response {
	return respondJSON(http.StatusNotFound, wire.ObjectOf(
		"name", "NotFoundError", "message", "This path does not answer "+method+" requests. Log in with POST.",
	))
}

func crossSite() gateway.Response {
	return respondJSON(http.StatusForbidden, wire.ObjectOf(
		"name", "ForbiddenError", "message", "Logging in from a page of another site is not allowed.",
	))
}

func fault() gateway.Response {
	return respondJSON(http.StatusInternalServerError, wire.ObjectOf(
		"name", "UnknownError", "message", "Internal server error",
	))
}

// malformedEvent answers an event whose body is said to be base64 and is not.
func malformedEvent() gateway.Response {
	return parserError(http.StatusBadRequest, "the body could not be decoded")
}
