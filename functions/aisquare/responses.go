package aisquare

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/wire"
)

// success is the document's body inside the real server's. The document's schema demands login and password, so the password
// is masked.
type success struct {
	Detail   string `json:"detail"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Token    string `json:"token,omitempty"`
}

// message is the body of most responses.
type message struct {
	Detail string `json:"detail"`
}

// problems are the body of a 400 to unusable fields: those of each field, or those of the body as a whole.
type problems struct {
	Login           []string `json:"login,omitempty"`
	OldPassword     []string `json:"old_password,omitempty"`
	Password        []string `json:"password,omitempty"`
	PasswordConfirm []string `json:"password_confirm,omitempty"`
	RevokeToken     []string `json:"revoke_token,omitempty"`
	Body            []string `json:"non_field_errors,omitempty"`
}

func (p problems) any() bool {
	return p.Login != nil || p.OldPassword != nil || p.Password != nil || p.PasswordConfirm != nil
}

// userProfile is what a user learns of itself.
type userProfile struct {
	ID        int64  `json:"id"`
	Username  string `json:"username"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Email     string `json:"email"`
}

// metadata returns DRF's response to OPTIONS, with the fields of a POST if there is one.
func metadata(name, fields string) string {
	actions := ""
	if fields != "" {
		actions = `,"actions":{"POST":{` + fields + `}}`
	}
	return `{"name":"` + name + `","description":"","renders":["application/json","text/html"],` +
		`"parses":["application/json","application/x-www-form-urlencoded","multipart/form-data"]` + actions + `}`
}

// text describes a field of text in metadata.
func text(name, label string) string {
	return `"` + name + `":{"type":"string","required":true,"read_only":false,"label":"` + label + `"}`
}

// allow is the Allow header of every endpoint but the profile.
const allow = "POST, OPTIONS"

// respond returns a JSON body with the headers that the real server sends with every response of the view. Plain strings
// suffice for what clients sent: like DRF, encoding/json escapes U+2028 and U+2029, for clients that run JSON as JavaScript.
func respond(status int, body any) gateway.Response {
	return gateway.NewResponse(status, "application/json", wire.Marshal(body)).
		With("Vary", "Accept").
		With("Allow", allow).
		With("X-Frame-Options", "DENY").
		With("Referrer-Policy", "same-origin").
		With("Cross-Origin-Opener-Policy", "same-origin")
}

func fail(status int, detail string) gateway.Response { return respond(status, message{detail}) }

// indented lays the body out for people, if they asked for it.
func indented(response gateway.Response, indent int) gateway.Response {
	var out bytes.Buffer
	if indent > 0 && json.Indent(&out, response.Body, "", strings.Repeat(" ", indent)) == nil {
		response.Body = out.Bytes()
	}
	return response
}

func accepted(name, token string) gateway.Response {
	return respond(http.StatusOK, success{Detail: "Login successful", Login: name, Password: "********", Token: token})
}

// csrfLifetime is Django's CSRF_COOKIE_AGE, 52 weeks.
const csrfLifetime = 52 * 7 * 24 * time.Hour

func cookie(name, value string, begin time.Time, lifetime time.Duration, secure bool) http.Cookie {
	return http.Cookie{
		Name: name, Value: value, Path: "/", Expires: begin.Add(lifetime), MaxAge: int(lifetime / time.Second),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	}
}

// csrfCookie is not HttpOnly, because scripts send it back in a header.
func csrfCookie(token string, begin time.Time, secure bool) http.Cookie {
	csrf := cookie("csrftoken", token, begin, csrfLifetime, secure)
	csrf.HttpOnly = false
	return csrf
}

// expired makes the browser forget a cookie.
func expired(name string, secure bool) http.Cookie {
	gone := cookie(name, "", time.Unix(0, 0).UTC(), 0, secure)
	gone.MaxAge = -1 // sent as 0
	return gone
}

// refused is the one response to all refusals: it must never differ by cause.
func refused() gateway.Response { return fail(http.StatusBadRequest, "Login or password invalid.") }

// done is the 200 of a request that changed something.
func done(detail string) gateway.Response { return respond(http.StatusOK, message{detail}) }

func invalid(fields problems) gateway.Response { return respond(http.StatusBadRequest, fields) }

func options(metadata string) gateway.Response {
	return respond(http.StatusOK, json.RawMessage(metadata))
}

// unparsed names the part of a body that could not be parsed, and the reason.
func unparsed(what string, err error) gateway.Response {
	return fail(http.StatusBadRequest, what+" parse error - "+err.Error())
}

func malformed() gateway.Response { return fail(http.StatusBadRequest, "Malformed request.") }

func crossSite() gateway.Response { return fail(http.StatusForbidden, "Cross-site login refused.") }

func unknownFormat() gateway.Response { return fail(http.StatusNotFound, "Not found.") }

func notAcceptable() gateway.Response {
	return fail(http.StatusNotAcceptable, "Could not satisfy the request Accept header.")
}

func methodNotAllowed(method string) gateway.Response {
	return fail(http.StatusMethodNotAllowed, `Method "`+method+`" not allowed.`)
}

func tooLarge() gateway.Response {
	return fail(http.StatusRequestEntityTooLarge, "Request body is too large.")
}

func unsupportedType(contentType string) gateway.Response {
	return fail(http.StatusUnsupportedMediaType, `Unsupported media type "`+contentType+`" in request.`)
}

func throttled(quota login.Quota) gateway.Response {
	wait, unit := strconv.Itoa(quota.Seconds()), " seconds."
	if quota.Seconds() == 1 {
		unit = " second."
	}
	return fail(http.StatusTooManyRequests, "Request was throttled. Expected available in "+wait+unit).With("Retry-After", wait)
}

func fault() gateway.Response {
	return fail(http.StatusInternalServerError, "A server error occurred.")
}
