package aisquare

import (
	"crypto/subtle"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// forged returns the refusal of a request that breaks one of the rules of Django's CsrfViewMiddleware, in its order: a foreign
// Origin; over https and without Origin, a foreign Referer; and a CSRF token that is missing or differs from the cookie's.
// Origins of CORS_ORIGINS are Django's CSRF_TRUSTED_ORIGINS.
//
// The cookie is compared with the token alone (double submit). It is not bound to the session, as in Django.
func (c *call) forged() *gateway.Response {
	switch c.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return nil
	}
	reason := untrusted(c.Header, c.view.cfg.CORSOrigins)
	if reason == "" {
		var refusal *gateway.Response
		if reason, refusal = c.mismatch(); refusal != nil {
			return refusal
		}
	}
	if reason == "" {
		return nil
	}
	return new(fail(http.StatusForbidden, "CSRF Failed: "+reason))
}

const noTrustedOrigin = " does not match any trusted origins."

// untrusted returns why the page that sent a request is not the site's own, or "".
func untrusted(header http.Header, trusted []string) string {
	scheme, host := "http", header.Get("Host")
	if header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	if sent := header.Values("Origin"); len(sent) > 0 {
		origin := strings.Join(sent, ",")
		if origin == scheme+"://"+host || slices.Contains(trusted, origin) {
			return ""
		}
		return "Origin checking failed - " + origin + noTrustedOrigin
	}
	if scheme == "http" {
		return ""
	}
	return foreignReferer(header.Values("Referer"), host, trusted)
}

// refererParts are the scheme and the host of a URL, and the rest.
var refererParts = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*)(://([^/?#]+).*)$`)

func foreignReferer(sent []string, host string, trusted []string) string {
	const failed = "Referer checking failed - "
	if len(sent) == 0 {
		return failed + "no Referer."
	}
	parts := refererParts.FindStringSubmatch(strings.Join(sent, ","))
	if parts == nil || strings.Contains(parts[3], "[") != strings.Contains(parts[3], "]") {
		return failed + "Referer is malformed."
	}
	scheme, from := strings.ToLower(parts[1]), parts[3]
	if scheme != "https" {
		return failed + "Referer is insecure while host is secure."
	}
	own := func(origin string) bool {
		_, host, _ := strings.Cut(origin, "://")
		return strings.ToLower(host) == from
	}
	if own("https://"+host) || slices.ContainsFunc(trusted, own) {
		return ""
	}
	return failed + scheme + parts[2] + noTrustedOrigin
}

// mismatch compares the token that the request's page sent with the cookie's. The refusal is that of a body that cannot be
// read: to look for a form's field, the real server reads the body here.
func (c *call) mismatch() (reason string, refusal *gateway.Response) {
	cookie, set := cookieValue(c.Request, "csrftoken")
	if !set {
		return "CSRF cookie not set.", nil
	}
	want, flaw := csrfSecret(cookie)
	if flaw != "" {
		return "CSRF cookie " + flaw + ".", nil
	}
	token, from, refusal := c.sentToken()
	if refusal != nil || from == "" {
		return "CSRF token missing.", refusal
	}
	got, flaw := csrfSecret(token)
	if flaw == "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) != 1 {
		flaw = "incorrect"
	}
	if flaw != "" {
		return "CSRF token from " + from + " " + flaw + ".", nil
	}
	return "", nil
}

// sentToken returns the token of a posted form, else that of the header, and where it was found.
func (c *call) sentToken() (token, from string, refusal *gateway.Response) {
	if c.Method == http.MethodPost {
		data, refusal := c.body()
		if refusal != nil {
			return "", "", refusal
		}
		if field, _ := data.Member("csrfmiddlewaretoken"); isForm(c.Request) && field.Kind == wire.String && field.Text != "" {
			return field.Text, "POST", nil
		}
	}
	if sent := c.Header.Values("X-Csrftoken"); len(sent) > 0 {
		return strings.Join(sent, ","), "the 'X-Csrftoken' HTTP header", nil
	}
	return "", "", nil
}

// isForm reports whether the body's type is that of an HTML form.
func isForm(r *gateway.Request) bool {
	mediaType := wire.ParseMediaType(r.Header.Get("Content-Type")).Type
	return mediaType == "application/x-www-form-urlencoded" || mediaType == "multipart/form-data"
}

// csrfAlphabet is Django's, in its order.
const csrfAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// csrfLength is the length of a secret. A token is a secret, or a mask and the secret added to it.
const csrfLength = 32

// csrfSecret returns the secret in a token, or Django's words for what is wrong with the token.
func csrfSecret(token string) (secret, flaw string) {
	if length := utf8.RuneCountInString(token); length != csrfLength && length != 2*csrfLength {
		return "", "has incorrect length"
	}
	if strings.ContainsFunc(token, func(r rune) bool { return !strings.ContainsRune(csrfAlphabet, r) }) {
		return "", "has invalid characters"
	}
	if len(token) == csrfLength {
		return token, ""
	}
	plain := make([]byte, csrfLength)
	for at := range plain {
		difference := strings.IndexByte(csrfAlphabet, token[csrfLength+at]) - strings.IndexByte(csrfAlphabet, token[at])
		plain[at] = csrfAlphabet[(difference+len(csrfAlphabet))%len(csrfAlphabet)]
	}
	return string(plain), ""
}
