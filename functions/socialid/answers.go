package socialid

import (
	"net/http"
	"strconv"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// outcome answers a login that was decided; refusals with the document's codes in its own words.
func outcome(result login.Result, baseURL string) gateway.Response {
	switch result.Outcome {
	case login.Accepted:
		return signedIn(result, baseURL+"/v1/marketing/login")
	case login.UnknownUser:
		return failure(http.StatusNotFound, "not_found", "The email_address or username was not found for this login app.")
	case login.Inactive:
		return forbidden("active", "The user was manually deactivated.")
	case login.Unconfirmed:
		return forbidden("confirmed", "The user email is not confirmed yet.")
	case login.Locked:
		return forbidden("locked", "The user is locked due to too many login attempts with an incorrect password.")
	case login.WrongPassword:
		return forbidden("invalid_password", "The combination of username/password or email/password is incorrect.")
	}
	return internalError()
}

// signedIn is the documented 201, with URLs below the root of the login resources. Status repeats the status line, as in
// the document's examples.
func signedIn(result login.Result, root string) gateway.Response {
	connection, loginToken, signIn := result.Issued[0].Token, result.Issued[1].Token, result.Issued[2].ID
	body := wire.ObjectOf(
		"connection", root+"/connections/"+connection,
		"connection_id", connection,
		"login_token", loginToken,
		"user_id", result.User.ID,
	)
	return answer(http.StatusCreated, body).
		With("Location", root+"/sign_ins/"+strconv.FormatInt(signIn, 10)).
		With("Status", strconv.Itoa(http.StatusCreated))
}

// forbidden has the document's code in "errors", the only place that the Errors page has for it.
func forbidden(code, message string) gateway.Response {
	flaw := wire.ObjectOf("attribute", "base", "message", message, "code", code)
	return failure(http.StatusForbidden, "forbidden", message, "errors", wire.ArrayOf(flaw))
}

func crossSite() gateway.Response {
	return failure(http.StatusForbidden, "forbidden", "Cross-site login refused.")
}

func badRequest(problem string) gateway.Response {
	return failure(http.StatusBadRequest, "bad_request", problem)
}

func undecodable() gateway.Response { return badRequest("The request body cannot be decoded.") }

// unauthorized carries the challenge that RFC 9110, section 15.5.2, asks of every 401.
func unauthorized() gateway.Response {
	return failure(http.StatusUnauthorized, "unauthorized", "The authentication is wrong.").
		With("WWW-Authenticate", `Basic realm="Login App"`)
}

func methodNotAllowed() gateway.Response {
	return failure(http.StatusMethodNotAllowed, "method_not_allowed", "The method is not allowed for this resource.").
		With("Allow", http.MethodPost)
}

func payloadTooLarge() gateway.Response {
	return failure(http.StatusRequestEntityTooLarge, "payload_too_large", "The request body is too large.")
}

func tooManyRequests(retryAfter int) gateway.Response {
	return failure(http.StatusTooManyRequests, "too_many_requests", "Too many requests. Try again later.").
		With("Retry-After", strconv.Itoa(retryAfter))
}

func internalError() gateway.Response {
	return failure(http.StatusInternalServerError, "internal_server_error", "An unknown error happened.")
}

// failure is the envelope of the Errors page, with more names and values behind it.
func failure(status int, code, description string, more ...any) gateway.Response {
	members := []any{"error", code, "error_description", description}
	return answer(status, wire.ObjectOf(append(members, more...)...))
}

func answer(status int, body wire.Raw) gateway.Response {
	return gateway.NewResponse(status, "application/json; charset=utf-8", body)
}
