package crafter

import (
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

const (
	productName = "crafter"
	cookieName  = "JSESSIONID"
)

func caller(r *gateway.Request) login.Caller {
	return login.Caller{Product: productName, Source: r.Source, RequestID: r.ID}
}

// sessionToken returns the cookie's value. Of several cookies of the name the first counts: a browser sends the one with the
// longest path first.
func sessionToken(r *gateway.Request) string {
	if values := r.Cookies(cookieName); len(values) > 0 {
		return values[0]
	}
	return ""
}

// claim returns the session that the request's cookie names.
func (s Settings) claim(r *gateway.Request) session.Claim {
	return session.Claim{Kind: session.Browser, Product: productName, Realm: s.Realm, Token: sessionToken(r)}
}
