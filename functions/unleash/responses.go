package unleash

import (
	"crypto/sha1" //nolint:gosec // what Express makes its entity tags with
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// failure is the real server's error, in three shapes. The body parser's is a message alone. The schema's also has an id, a
// name and one detail. The handler's has a name and details without an id.
type failure struct {
	ID      string    `json:"id,omitempty"`
	Name    string    `json:"name,omitempty"`
	Message wire.Text `json:"message"`
	Details []any     `json:"details,omitempty"`
}

// The details have their properties in the real server's order, which differs between them.
type (
	detail struct {
		Message wire.Text `json:"message"`
		Path    wire.Text `json:"path,omitempty"`
	}
	pathDetail struct {
		Path    wire.Text `json:"path"`
		Message wire.Text `json:"message"`
	}
	weakDetail struct {
		ValidationErrors []string `json:"validationErrors"`
		Message          string   `json:"message"`
	}
)

// respond returns a response with the headers that Express and its compression set on every one.
func respond(status int, contentType string, body []byte) gateway.Response {
	return gateway.NewResponse(status, contentType, body).With("ETag", etag(body)).With("Vary", "Accept-Encoding")
}

func respondJSON(status int, body any) gateway.Response {
	return respond(status, "application/json; charset=utf-8", wire.Marshal(body))
}

func respondText(status int, text string) gateway.Response {
	return respond(status, "text/html; charset=utf-8", []byte(text))
}

// etag returns Express's weak entity tag: the length in hex and 27 characters of the SHA-1 in base64. It protects nothing.
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

// accepted returns the user and sets the cookie that Unleash's web app and its session middleware know.
func accepted(result login.Result, limit int, secure bool) gateway.Response {
	issued := result.Issued[0]
	return respondJSON(http.StatusOK, withSessions(issued.Data, result.Displaced, limit)).
		WithCookie(cookie(issued.Token, issued.Expires, secure))
}

func cookie(token string, expires time.Time, secure bool) http.Cookie {
	return http.Cookie{
		Name: cookieName, Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

// refused is the one response to all refusals: it must never differ by cause.
func refused() gateway.Response {
	return thrown(http.StatusUnauthorized, "PasswordMismatch",
		"The combination of password and username you provided is invalid. If you have forgotten your password, "+
			"visit /forgotten-password or get in touch with your instance administrator.")
}

func disabled() gateway.Response {
	return thrown(http.StatusUnprocessableEntity, "DisabledError", "Logging in with username/password has been disabled.")
}

// thrown is an error of the real server's handler.
func thrown(status int, name string, message wire.Text) gateway.Response {
	return respondJSON(status, failure{Name: name, Message: message, Details: []any{detail{Message: message}}})
}

func wrongOldPassword() gateway.Response {
	return thrown(http.StatusUnauthorized, "PasswordMismatch", "The old password you provided is invalid. "+
		"If you have forgotten your password, visit /forgotten-password or get in touch with your instance administrator.")
}

// weak refuses a new password.
func weak(err error) gateway.Response {
	reason := weakness(err)
	return respondJSON(http.StatusBadRequest, failure{
		Name: "OwaspValidationError", Message: wire.Text(reason), Details: []any{weakDetail{[]string{reason}, reason}},
	})
}

// empty is Express's response without a body.
func empty(status int) gateway.Response {
	return gateway.Response{Status: status, Header: http.Header{}}
}

// identified is an error that the real server's middleware sends, with an id of its own.
func identified(status int, name string, message string) gateway.Response {
	return respondJSON(status, newIdentified(name, message))
}

func newIdentified(name, message string) failure {
	return failure{ID: uuid.NewString(), Name: name, Message: wire.Text(message), Details: []any{detail{Message: wire.Text(message)}}}
}

// unauthorized is the response to an Authorization header beside which there is no session.
func unauthorized() gateway.Response {
	return identified(http.StatusUnauthorized, "UnauthorizedError", "You must log in to use Unleash.")
}

// authenticationRequired makes Unleash's web app show the login form. The paths are those behind the base path.
func authenticationRequired(base string) gateway.Response {
	path := base + loginPath
	return respondJSON(http.StatusUnauthorized, struct {
		failure

		Path          wire.Text `json:"path"`
		Type          string    `json:"type"`
		DefaultHidden bool      `json:"defaultHidden"`
	}{newIdentified("AuthenticationRequired", "You must log in to use Unleash. Your request had no authorization header, "+
		"so we could not authorize you. Try logging in at "+path), wire.Text(path), "password", false})
}

// options is the response of Express's router to OPTIONS.
func options(allowed string) gateway.Response {
	return respondText(http.StatusOK, allowed).With("Allow", allowed)
}

func throttled(quota login.Quota) gateway.Response {
	return respondText(http.StatusTooManyRequests, "Too many requests, please try again later.").
		With("Retry-After", strconv.Itoa(quota.Seconds()))
}

// unparsed is an error of the body parser.
func unparsed(status int, message string) gateway.Response {
	return respondJSON(status, failure{Message: wire.Text(message)})
}

func unsupported(what, name string) gateway.Response {
	return unparsed(http.StatusUnsupportedMediaType, fmt.Sprintf(`unsupported %s "%s"`, what, name))
}

func tooLarge() gateway.Response {
	return unparsed(http.StatusRequestEntityTooLarge, "request entity too large")
}

// unsupportedType refuses a content type that is not JSON.
func unsupportedType(contentType string) gateway.Response {
	return identified(http.StatusUnsupportedMediaType, "ContentTypeError", fmt.Sprintf("We do not accept the content-type "+
		"you provided (%s). Try using one of the content-types we do accept instead (%s) and make sure the body is in the "+
		"corresponding format.", contentType, jsonType))
}

// invalid refuses a body that breaks the schema, with one of the details above.
func invalid(problem any) gateway.Response {
	return respondJSON(http.StatusBadRequest, failure{
		ID: uuid.NewString(), Name: "BadDataError",
		Message: "Request validation failed: your request body or params contain invalid data. " +
			"Refer to the `details` list for more information.",
		Details: []any{problem},
	})
}

// The responses below are ours: the real server has an HTML page, an internal text or no such check.

func methodNotAllowed(method, instead string) gateway.Response {
	return respondJSON(http.StatusNotFound, failure{
		Name: "NotFoundError", Message: wire.Text("This path does not answer " + method + " requests. " + instead),
	})
}

func crossSite() gateway.Response {
	return respondJSON(http.StatusForbidden, failure{
		Name: "ForbiddenError", Message: "Logging in from a page of another site is not allowed.",
	})
}

func malformed() gateway.Response {
	return unparsed(http.StatusBadRequest, "the body could not be decoded")
}

func fault() gateway.Response {
	return respondJSON(http.StatusInternalServerError, failure{Name: "UnknownError", Message: "Internal server error"})
}
