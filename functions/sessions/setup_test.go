package sessions_test

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strconv"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
	"gatehouse/shared/test/endpointtest"
)

const (
	verifyPath     = "/verify"
	introspectPath = "/oauth2/introspect"
	revokePath     = "/oauth2/revoke"

	applicationID = 9001
	secret        = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

// house is the endpoints of this room on one store, with an application and two users.
type house struct {
	*endpointtest.Endpoint // GET /verify

	t          testing.TB
	introspect *endpointtest.Endpoint
	revoke     *endpointtest.Endpoint
	jane, john directory.User
}

func newHouse(t testing.TB) *house {
	t.Helper()
	room := functions.Sessions()
	h := &house{t: t, Endpoint: endpointtest.New(t, room.NewVerify, verifyPath, nil)}
	h.introspect = endpointtest.On(t, h.Store, room.NewIntrospect, introspectPath, nil)
	h.revoke = endpointtest.On(t, h.Store, room.NewRevoke, revokePath, nil)
	h.introspect.Service.Clock, h.revoke.Service.Clock = h.Clock.Now, h.Clock.Now
	h.jane = h.Add(directory.Entry{Username: "jane", Email: "jane@example.com"})
	h.john = h.Add(directory.Entry{Username: "john", Email: "john@example.com"})
	err := h.Store.AddApplication(t.Context(), directory.Application{
		ID: applicationID, Realm: endpointtest.Realm, SecretDigest: directory.Digest(secret), CreatedAt: endpointtest.Start,
	})
	check(t, err)
	return h
}

// begin stores a session of a product that ends in a day, and returns its token.
func (h *house) begin(user directory.User, kind session.Kind, product string, change func(*session.Session)) string {
	h.t.Helper()
	token, digest, err := session.Minter{Random: rand.Reader}.Token(user.ID)
	check(h.t, err)
	begun := session.Session{
		Kind: kind, Digest: digest, Product: product, Realm: user.Realm, UserID: user.ID,
		Created: h.Clock.Now(), Used: h.Clock.Now(), Ends: h.Clock.Now().Add(24 * time.Hour),
	}
	if change != nil {
		change(&begun)
	}
	check(h.t, h.Store.Begin(h.t.Context(), begun))
	return token
}

// way is a way in which a product's tokens travel.
type way struct {
	product string
	kind    session.Kind
	header  func(token string) http.Header
}

// ways returns every way of every product.
func ways() []way {
	var all []way
	for _, p := range functions.Sessions() {
		if p.Cookie != "" {
			all = append(all, way{p.Product, session.Browser, func(token string) http.Header {
				return http.Header{"Cookie": {"a=b; " + p.Cookie + "=" + token}}
			}})
		}
		if p.Scheme != "" {
			all = append(all, way{p.Product, session.Bearer, func(token string) http.Header {
				return http.Header{"Authorization": {p.Scheme + "  " + token}}
			}})
		}
	}
	return all
}

// verify asks with some headers.
func (h *house) verify(header http.Header) endpointtest.Answer {
	h.t.Helper()
	return h.Do(http.MethodGet, verifyPath, header, "")
}

func basic(id int64, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(strconv.FormatInt(id, 10)+":"+secret))
}

// post sends a form as the application.
func post(e *endpointtest.Endpoint, path, form string) endpointtest.Answer {
	return e.Do(http.MethodPost, path, http.Header{
		"Authorization": {basic(applicationID, secret)}, "Content-Type": {"application/x-www-form-urlencoded"},
	}, form)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
