package socialid

import (
	"net/http"
	"strconv"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// signIn is the body of an accepted login, and of GET sign_ins/:id.
type signIn struct {
	Connection   string `json:"connection"`
	ConnectionID string `json:"connection_id"`
	LoginToken   string `json:"login_token"`
	UserID       int64  `json:"user_id"`
}

// failure is the envelope of the Errors page.
type failure struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
	Errors      []flaw `json:"errors,omitempty"`
}

type flaw struct {
	Attribute string `json:"attribute"`
	Message   string `json:"message"`
	Code      string `json:"code"`
}

func respond(status int, body any) gateway.Response {
	return gateway.NewResponse(status, "application/json; charset=utf-8", wire.Marshal(body))
}

func fail(status int, code, description string) gateway.Response {
	return respond(status, failure{Error: code, Description: description})
}

// signInOf returns the body with URLs below the root of the login resources.
func signInOf(issued tokens, user int64, root string) signIn {
	return signIn{
		Connection: connectionURL(root, issued.connection), ConnectionID: issued.connection, LoginToken: issued.loginToken, UserID: user,
	}
}

func connectionURL(root, connection string) string { return root + "/connections/" + connection }

// accepted is the documented 201. Status repeats the status line, as in the document's examples.
func accepted(body signIn, root string, id int64) gateway.Response {
	return respond(http.StatusCreated, body).
		With("Location", root+"/sign_ins/"+strconv.FormatInt(id, 10)).
		With("Status", strconv.Itoa(http.StatusCreated))
}

// ended is an answer without a body, as the documents have them for requests that only change something.
func ended() gateway.Response { return gateway.Response{Status: http.StatusOK, Header: http.Header{}} }

// unknown is the one response for whatever is not there for this application: never was, has ended, or belongs to another.
func unknown(what string) gateway.Response {
	return fail(http.StatusNotFound, "not_found", "The "+what+" was not found for this login app.")
}

func unknownUser() gateway.Response {
	return fail(http.StatusNotFound, "not_found", "The email_address or username was not found for this login app.")
}

// refused has the document's code in "errors", the only place that the Errors page has for it.
func refused(code, message string) gateway.Response {
	return respond(http.StatusForbidden, failure{"forbidden", message, []flaw{{"base", message, code}}})
}

// unauthorized carries the challenge that RFC 9110, section 15.5.2, requires of every 401.
func unauthorized() gateway.Response {
	return fail(http.StatusUnauthorized, "unauthorized", "The authentication is wrong.").
		With("WWW-Authenticate", `Basic realm="Login App"`)
}

func invalid(problem string) gateway.Response {
	return fail(http.StatusBadRequest, "bad_request", problem)
}

func malformed() gateway.Response { return invalid("The request body cannot be decoded.") }

func crossSite() gateway.Response {
	return fail(http.StatusForbidden, "forbidden", "Cross-site login refused.")
}

func methodNotAllowed(allowed string) gateway.Response {
	return fail(http.StatusMethodNotAllowed, "method_not_allowed", "The method is not allowed for this resource.").
		With("Allow", allowed)
}

func tooLarge() gateway.Response {
	return fail(http.StatusRequestEntityTooLarge, "payload_too_large", "The request body is too large.")
}

func throttled(quota login.Quota) gateway.Response {
	return fail(http.StatusTooManyRequests, "too_many_requests", "Too many requests. Try again later.").
		With("Retry-After", strconv.Itoa(quota.Seconds()))
}

func fault() gateway.Response {
	return fail(http.StatusInternalServerError, "internal_server_error", "An unknown error happened.")
}
