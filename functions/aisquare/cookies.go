package aisquare

import (
	"net/http"
	"time"
)

// csrfLifetime is Django's CSRF_COOKIE_AGE, 52 weeks.
const csrfLifetime = 52 * 7 * 24 * time.Hour

// cookies makes Django's two cookies, which begin when the request arrived.
type cookies struct {
	begin  time.Time
	secure bool
}

// csrf returns a cookie that scripts can read, because they send it back in a header.
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
