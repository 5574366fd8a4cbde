// Package sessions answers backends that ask whose session a request carries, whatever product began it:
//
//   - [Products.NewAuthorizer]: API Gateway asks, before it calls a backend's function
//   - [Products.NewVerify]: a proxy asks, GET /verify, before it passes a request on
//   - [Products.NewIntrospect]: a backend asks with a token, POST /oauth2/introspect (RFC 7662)
//   - [Products.NewRevoke]: a backend ends a session, POST /oauth2/revoke (RFC 7009)
//
// The first two read the cookies and the Authorization header as the products do, and check every token in one request to
// the store. The last two are for applications, which authenticate with their id and secret and learn only of their realm.
//
// A check is a use of the session. So a session with an idle time lasts as long as its user works with a backend. No
// session, a forged token, an expired session and one that has ended look alike. A fault is a 500, never a session.
package sessions

import (
	"context"
	"errors"
	"slices"
	"strings"

	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
)

// Products are the products whose sessions are checked.
type Products []product.Session

// Endpoints returns the endpoints of this package.
func (p Products) Endpoints() []product.Endpoint {
	return []product.Endpoint{
		{Function: "SessionsIntrospect", Path: "/oauth2/introspect", Access: product.Calls | product.Checks, New: p.NewIntrospect},
		{Function: "SessionsRevoke", Path: "/oauth2/revoke", Access: product.Calls | product.Checks | product.Ends, New: p.NewRevoke},
		{Function: "SessionsVerify", Path: "/verify", Access: product.Checks, New: p.NewVerify},
	}
}

// Authorizer returns the function of the authorizer, which has no route: other APIs call it.
func Authorizer() product.Endpoint {
	return product.Endpoint{Function: "SessionsAuthorizer", Access: product.Checks}
}

// checks is what the handlers share.
type checks struct {
	products []realmed
	service  *login.Service
}

// realmed is a product with the realm of its users; empty where applications name it.
type realmed struct {
	product.Session
	realm string
}

func (p Products) checks(cfg config.Config, service *login.Service) (checks, error) {
	c := checks{service: service}
	var problems []error
	for _, s := range p {
		var realm string
		if s.Realm != nil {
			var err error
			realm, err = s.Realm(cfg)
			problems = append(problems, err)
		}
		c.products = append(c.products, realmed{s, realm})
	}
	return c, errors.Join(problems...)
}

// errTwoUsers means that a request carries good sessions of more than one user.
var errTwoUsers = errors.New("the sessions name two users")

// identify returns the session of the one user whose sessions the request carries; session.ErrNone, errTwoUsers or a fault
// otherwise. With the name of a product only its sessions count.
func (c checks) identify(ctx context.Context, r *gateway.Request, name string) (session.Live, error) {
	used, err := c.service.Open(c.caller(r)).Sessions().UseAll(ctx, c.carried(r, name)...)
	switch {
	case err != nil:
		return session.Live{}, err
	case len(used) == 0:
		return session.Live{}, session.ErrNone
	}
	other := func(l session.Live) bool { return l.Realm != used[0].Realm || l.UserID != used[0].UserID }
	if slices.ContainsFunc(used, other) {
		return session.Live{}, errTwoUsers
	}
	return used[0], nil
}

// carried returns the tokens that a browser or another client sent, as claims: of each product its cookie and its
// Authorization header.
func (c checks) carried(r *gateway.Request, name string) []session.Claim {
	var claims []session.Claim
	for _, p := range c.products {
		if p.realm == "" || name != "" && name != p.Product {
			continue
		}
		claim := func(kind session.Kind, token string) {
			claims = append(claims, session.Claim{Kind: kind, Product: p.Product, Realm: p.realm, Token: token})
		}
		if cookies := r.Cookies(p.Cookie); p.Cookie != "" && len(cookies) > 0 {
			counts := cookies[0]
			if p.LastOfSeveral {
				counts = cookies[len(cookies)-1]
			}
			claim(session.Browser, counts)
		}
		if headers := r.Header.Values("Authorization"); p.Scheme != "" && len(headers) == 1 {
			scheme, token, _ := strings.Cut(strings.TrimSpace(headers[0]), " ")
			if strings.EqualFold(scheme, p.Scheme) {
				claim(session.Bearer, strings.TrimLeft(token, " "))
			}
		}
	}
	return claims
}

func (c checks) caller(r *gateway.Request) login.Caller {
	return login.Caller{Product: "sessions", Source: r.Source, RequestID: r.ID}
}

// id returns the name of a session that may be logged: a part of its digest, which opens nothing.
func id(s session.Session) string { return s.Digest[:16] }
