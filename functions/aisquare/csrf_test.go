package aisquare_test

import (
	"net/http"
	"strings"
	"testing"
)

const (
	secret = "abcdefghijABCDEFGHIJ0123456789ZZ"
	// masked is a mask of 32 times b, which is 1 in Django's alphabet, and the secret plus 1.
	masked = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" + "bcdefghijkBCDEFGHIJK123456789a00"
)

// TestSecurity25CSRF holds the texts of Django 5.2 for the faults of a request that logs out a live session. Each row changes
// headers of a good request; "" removes one.
func TestSecurity25CSRF(t *testing.T) {
	t.Parallel()
	const (
		origin, referer = "Origin checking failed - ", "Referer checking failed - "
		noMatch         = " does not match any trusted origins."
		fromHeader      = "CSRF token from the 'X-Csrftoken' HTTP header "
		form            = "application/x-www-form-urlencoded"
		field           = "csrfmiddlewaretoken="
	)
	type headers map[string]string
	s := newSite(t, map[string]string{"CORS_ORIGINS": "https://app.example.com,http://app.example.com:8080", "SOURCE_LIMIT": "0"})
	for name, row := range map[string]struct {
		https   bool
		headers headers
		body    string
		want    string // "" is a logout
	}{
		"http, nothing but the token": {},
		"http, own Origin":            {headers: headers{"Origin": "http://login.example.com"}},
		"http, Origin of https": {
			headers: headers{"Origin": "https://login.example.com"},
			want:    origin + "https://login.example.com" + noMatch,
		},
		"http, another port": {
			headers: headers{"Origin": "http://login.example.com:81"},
			want:    origin + "http://login.example.com:81" + noMatch,
		},
		"http, null":            {headers: headers{"Origin": "null"}, want: origin + "null" + noMatch},
		"http, listed Origin":   {headers: headers{"Origin": "http://app.example.com:8080"}},
		"http, foreign Referer": {headers: headers{"Referer": "https://evil.example/"}},
		"https, no Referer":     {https: true, want: referer + "no Referer."},
		"https, empty Referer": {
			https: true, headers: headers{"Referer": " "},
			want: referer + "Referer is malformed.",
		},
		"https, path as Referer": {
			https: true, headers: headers{"Referer": "/app"},
			want: referer + "Referer is malformed.",
		},
		"https, Referer without a host": {
			https: true, headers: headers{"Referer": "https:///app"},
			want: referer + "Referer is malformed.",
		},
		"https, Referer with a bracket": {
			https: true, headers: headers{"Referer": "https://[::1/"},
			want: referer + "Referer is malformed.",
		},
		"https, insecure Referer": {
			https: true, headers: headers{"Referer": "http://login.example.com/"},
			want: referer + "Referer is insecure while host is secure.",
		},
		"https, foreign Referer": {
			https: true, headers: headers{"Referer": "HTTPS://evil.example/x?y#z"},
			want: referer + "https://evil.example/x?y#z" + noMatch,
		},
		"https, Referer of a port": {
			https: true, headers: headers{"Referer": "https://login.example.com:8443/"},
			want: referer + "https://login.example.com:8443/" + noMatch,
		},
		"https, own Referer":            {https: true, headers: headers{"Referer": "https://login.example.com"}},
		"https, own Referer with query": {https: true, headers: headers{"Referer": "https://login.example.com?x"}},
		"https, listed Referer":         {https: true, headers: headers{"Referer": "https://app.example.com/x"}},
		"https, own Origin wins": {
			https: true, headers: headers{"Origin": "https://login.example.com", "Referer": "https://evil.example/x"},
		},
		"https, foreign Origin": {
			https: true, headers: headers{"Origin": "https://evil.example", "X-CSRFToken": ""},
			want: origin + "https://evil.example" + noMatch,
		},
		"no cookie": {
			headers: headers{"Cookie": "sessionid=S", "X-CSRFToken": ""},
			want:    "CSRF cookie not set.",
		},
		"no cookie, form": {
			headers: headers{"Cookie": "sessionid=S", "Content-Type": "text/plain"},
			body:    "x",
			want:    "CSRF cookie not set.",
		},
		"empty cookie": {
			headers: headers{"Cookie": "csrftoken=; sessionid=S"},
			want:    "CSRF cookie has incorrect length.",
		},
		"bad cookie": {
			headers: headers{"Cookie": "csrftoken=" + secret[1:] + "-; sessionid=S"},
			want:    "CSRF cookie has invalid characters.",
		},
		"the last of two cookies": {headers: headers{"Cookie": "csrftoken=x; csrftoken=" + secret + "; sessionid=S"}},
		"no token":                {headers: headers{"X-CSRFToken": ""}, want: "CSRF token missing."},
		"short token": {
			headers: headers{"X-CSRFToken": "abc"},
			want:    fromHeader + "has incorrect length.",
		},
		"a token of 33": {
			headers: headers{"X-CSRFToken": secret + "a"},
			want:    fromHeader + "has incorrect length.",
		},
		"32 letters beyond ASCII": {
			headers: headers{"X-CSRFToken": strings.Repeat("é", 32)},
			want:    fromHeader + "has invalid characters.",
		},
		"invalid token": {
			headers: headers{"X-CSRFToken": secret[1:] + "-"},
			want:    fromHeader + "has invalid characters.",
		},
		"another token": {
			headers: headers{"X-CSRFToken": strings.Repeat("a", 32)},
			want:    fromHeader + "incorrect.",
		},
		"masked token":  {headers: headers{"X-CSRFToken": masked}},
		"masked cookie": {headers: headers{"Cookie": "csrftoken=" + masked + "; sessionid=S"}},
		"masked both": {
			headers: headers{"Cookie": "csrftoken=" + masked + "; sessionid=S", "X-CSRFToken": masked},
		},
		"masked otherwise": {
			headers: headers{"X-CSRFToken": masked[:63] + "1"},
			want:    fromHeader + "incorrect.",
		},
		"form": {headers: headers{"X-CSRFToken": "", "Content-Type": form}, body: field + masked},
		"form wins over the header": {
			headers: headers{"Content-Type": form},
			body:    field + strings.Repeat("a", 32),
			want:    "CSRF token from POST incorrect.",
		},
		"empty field, header": {headers: headers{"Content-Type": form}, body: field},
		"short field": {
			headers: headers{"Content-Type": form},
			body:    field + "x",
			want:    "CSRF token from POST has incorrect length.",
		},
		"multipart form": {
			headers: headers{"X-CSRFToken": "", "Content-Type": "multipart/form-data; boundary=B"},
			body:    part(`name="csrfmiddlewaretoken"`, secret) + "--B--\r\n",
		},
		"a file is no field": {
			headers: headers{"X-CSRFToken": "", "Content-Type": "multipart/form-data; boundary=B"},
			body:    part(`name="csrfmiddlewaretoken"; filename="x"`, secret) + "--B--\r\n",
			want:    "CSRF token missing.",
		},
		"a JSON property does not count": {
			headers: headers{"X-CSRFToken": ""},
			body:    `{"csrfmiddlewaretoken":"` + secret + `"}`,
			want:    "CSRF token missing.",
		},
		"a query does not count": {
			headers: headers{"X-CSRFToken": "", "Referer": "http://login.example.com/?" + field + secret},
			want:    "CSRF token missing.",
		},
	} {
		b := s.login(right)
		header := http.Header{"Cookie": {"csrftoken=" + secret + "; sessionid=S"}, "X-Csrftoken": {secret}}
		if row.body != "" {
			header.Set("Content-Type", "application/json")
		}
		for name, value := range row.headers {
			header.Set(name, value)
			if value == "" {
				header.Del(name)
			}
		}
		header.Set("Cookie", strings.Replace(header.Get("Cookie"), "sessionid=S", "sessionid="+b.session, 1))
		event := s.views["logout"].Event(http.MethodPost, "/api/v1/iam/accounts/logout/", header, row.body)
		event.MultiValueHeaders["Host"] = []string{"login.example.com"}
		if row.https {
			event.MultiValueHeaders["X-Forwarded-Proto"] = []string{"https"}
		}
		got := s.views["logout"].Send(event)
		if row.want == "" {
			is(t, name, got, 200, loggedOut)
			continue
		}
		is(t, name, got, 403, `{"detail":"CSRF Failed: `+row.want+`"}`)
		is(t, name+": the session", s.profile(b), 200, janesProfile)
		malformed := strings.HasPrefix(row.want, "CSRF cookie has")
		if set := strings.Contains(got.Header.Get("Set-Cookie"), "csrftoken="); set != malformed {
			t.Errorf("%s: a CSRF cookie is set: %t, want %t", name, set, malformed)
		}
	}
}

// TestSecurity25Methods: every method but the safe ones needs the token, and only a POST's form can carry it.
func TestSecurity25Methods(t *testing.T) {
	t.Parallel()
	s := newSite(t, off)
	b := s.login(right)
	form := http.Header{"Cookie": b.header()["Cookie"], "Content-Type": {"application/x-www-form-urlencoded"}}
	for method, status := range map[string]int{
		"GET": 200, "HEAD": 200, "OPTIONS": 200, "TRACE": 405, "POST": 405, "PUT": 403, "PATCH": 403, "DELETE": 403, "get": 403,
	} {
		got := s.views["profile"].Do(method, "/api/v1/iam/accounts/profile/", form, "csrfmiddlewaretoken="+b.csrf)
		if got.Status != status {
			t.Errorf("%s: got %d %s, want %d", method, got.Status, got.Body, status)
		}
		header := b.header()
		if got := s.views["profile"].Do(method, "/api/v1/iam/accounts/profile/", header, ""); got.Status == 403 {
			t.Errorf("%s with the header: got %d %s", method, got.Status, got.Body)
		}
	}
}

// TestOrderOfCSRF: the check of a POST's token reads the body, so what is wrong with the body comes first, but not before the
// cookie and the origin.
func TestOrderOfCSRF(t *testing.T) {
	t.Parallel()
	s := newSite(t, off)
	b := s.login(right)
	header := b.header()
	header.Del("X-CSRFToken")
	const jsonError = `{"detail":"JSON parse error - unexpected EOF: line 1 column 2 (char 1)"}`
	is(t, "JSON", s.post("logout", header, "{"), 400, jsonError)
	header.Set("Content-Type", "text/plain")
	is(t, "type", s.post("logout", header, "{"), 415, unsupported("text/plain"))
	header.Set("Content-Type", "application/json")
	is(t, "fields", s.post("logout", header, `{"revoke_token":7}`), 403, `{"detail":"CSRF Failed: CSRF token missing."}`)
	is(t, "size", s.post("logout", header, strings.Repeat(" ", 102_401)), 413, tooLarge)
	header.Set("Origin", "null")
	is(t, "origin", s.post("logout", header, "{"), 403,
		`{"detail":"CSRF Failed: Origin checking failed - null does not match any trusted origins."}`)
	is(t, "no session", s.post("logout", http.Header{"Origin": {"null"}}, "{"), 403, noCredentials)
	is(t, "still there", s.profile(b), 200, janesProfile)
}
