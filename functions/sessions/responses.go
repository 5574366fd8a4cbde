package sessions

import (
	"net/http"
	"strconv"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

func respondJSON(status int, body any) gateway.Response {
	return gateway.NewResponse(status, "application/json", wire.Marshal(body))
}

// respond returns a message in the form of API Gateway's own responses.
func respond(status int, message string) gateway.Response {
	return respondJSON(status, struct {
		Message string `json:"message"`
	}{message})
}

// fail returns an error of RFC 6749, 5.2. Two codes are those of its section 4.1.2.1, because 5.2 has none for a limit and
// for a fault.
func fail(status int, code, description string) gateway.Response {
	return respondJSON(status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}{code, description})
}

func unauthorized() gateway.Response {
	return fail(http.StatusUnauthorized, "invalid_client", "The application is unknown, or its secret is wrong.").
		With("WWW-Authenticate", `Basic realm="Gatehouse"`)
}

func malformed(description string) gateway.Response {
	return fail(http.StatusBadRequest, "invalid_request", description)
}

func methodNotAllowed() gateway.Response {
	return fail(http.StatusMethodNotAllowed, "invalid_request", "The method must be POST.").With("Allow", http.MethodPost)
}

func tooLarge() gateway.Response {
	return fail(http.StatusRequestEntityTooLarge, "invalid_request", "The body is too large.")
}

func throttled(quota login.Quota) gateway.Response {
	return fail(http.StatusTooManyRequests, "temporarily_unavailable", "Too many requests.").
		With("Retry-After", strconv.Itoa(quota.Seconds()))
}

func fault() gateway.Response {
	return fail(http.StatusInternalServerError, "server_error", "Internal server error.")
}
