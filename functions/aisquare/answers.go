package aisquare

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// answer is a JSON body with the headers that the server sends with every answer of the view, whatever the status. The
// line and paragraph separators are escaped as DRF does, for clients that take JSON for JavaScript.
func answer(status int, body wire.Raw) gateway.Response {
	body = bytes.ReplaceAll(body, []byte("\u2028"), []byte(`\u2028`))
	body = bytes.ReplaceAll(body, []byte("\u2029"), []byte(`\u2029`))
	return gateway.NewResponse(status, "application/json", body).
		With("Vary", "Accept").
		With("Allow", "POST, OPTIONS").
		With("X-Frame-Options", "DENY").
		With("Referrer-Policy", "same-origin").
		With("Cross-Origin-Opener-Policy", "same-origin")
}

// indented lays the body out for people, if they asked for it.
func indented(response gateway.Response, indent int) gateway.Response {
	var out bytes.Buffer
	if indent > 0 && json.Indent(&out, response.Body, "", strings.Repeat(" ", indent)) == nil {
		response.Body = out.Bytes()
	}
	return response
}

func detail(status int, text string) gateway.Response {
	return answer(status, wire.ObjectOf("detail", text))
}

// success is the document's body in the server's: its schema demands login and password, so the password is masked.
func success(name string, more ...any) wire.Raw {
	members := []any{"detail", "Login successful", "login", name, "password", "********"}
	return wire.ObjectOf(append(members, more...)...)
}

// invalidLogin is the one answer to all refusals: it must never differ by cause.
func invalidLogin() gateway.Response {
	return detail(http.StatusBadRequest, "Login or password invalid.")
}

// parseError tells what of a body could not be parsed, and why.
func parseError(what string, err error) gateway.Response {
	return detail(http.StatusBadRequest, what+" parse error - "+err.Error())
}

// malformedRequest answers an event whose body is not the base64 that it says it is.
func malformedRequest() gateway.Response {
	return detail(http.StatusBadRequest, "Malformed request.")
}

func crossSite() gateway.Response {
	return detail(http.StatusForbidden, "Cross-site login refused.")
}

func notFound() gateway.Response { return detail(http.StatusNotFound, "Not found.") }

func notAcceptable() gateway.Response {
	return detail(http.StatusNotAcceptable, "Could not satisfy the request Accept header.")
}

func methodNotAllowed(method string) gateway.Response {
	return detail(http.StatusMethodNotAllowed, `Method "`+method+`" not allowed.`)
}

func tooLarge() gateway.Response {
	return detail(http.StatusRequestEntityTooLarge, "Request body is too large.")
}

func unsupportedMediaType(contentType string) gateway.Response {
	return detail(http.StatusUnsupportedMediaType, `Unsupported media type "`+contentType+`" in request.`)
}

func throttled(seconds int) gateway.Response {
	unit := " seconds."
	if seconds == 1 {
		unit = " second."
	}
	wait := strconv.Itoa(seconds)
	return detail(http.StatusTooManyRequests, "Request was throttled. Expected available in "+wait+unit).
		With("Retry-After", wait)
}

func serverError() gateway.Response {
	return detail(http.StatusInternalServerError, "A server error occurred.")
}

// metadata is what DRF answers to OPTIONS: what the view takes and gives.
func metadata() gateway.Response {
	field := func(label string) wire.Raw {
		return wire.ObjectOf("type", "string", "required", true, "read_only", false, "label", label)
	}
	return answer(http.StatusOK, wire.ObjectOf(
		"name", "Login",
		"description", "",
		"renders", wire.ArrayOf("application/json", "text/html"),
		"parses", wire.ArrayOf("application/json", "application/x-www-form-urlencoded", "multipart/form-data"),
		"actions", wire.ObjectOf("POST", wire.ObjectOf("login", field("Login"), "password", field("Password"))),
	))
}

// csrfLifetime is Django's CSRF_COOKIE_AGE, 52 weeks.
const csrfLifetime = 52 * 7 * 24 * time.Hour

// cookies are Django's two, which begin when the request arrived.
type cookies struct {
	begin  time.Time
	secure bool
}

// csrf is readable by scripts, which send it back in a header.
func (c cookies) csrf(token string) http.Cookie {
	cookie := c.named("csrftoken", token, csrfLifetime)
	cookie.HttpOnly = false
	return cookie
}

func (c cookies) session(token string, lifetime time.Duration) http.Cookie {
	return c.named("sessionid", token, lifetime)
}

func (c cookies) named(name, value string, lifetime time.Duration) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: "/", Expires: c.begin.Add(lifetime), MaxAge: int(lifetime / time.Second),
		HttpOnly: true, Secure: c.secure, SameSite: http.SameSiteLaxMode,
	}
}
