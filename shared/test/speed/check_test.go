package speed_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"gatehouse/functions"
	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/target"
)

// BenchmarkCheck is a check of a session, GET /verify, as BenchmarkPath is a login.
func BenchmarkCheck(b *testing.B) {
	good := func(status int) bool { return status == http.StatusOK }
	b.Run("sqlite", func(b *testing.B) {
		store, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "gatehouse.db"))
		check(b, err)
		b.Cleanup(func() { check(b, store.Close()) })
		target.FillDemo(b, store, 4)
		walk(b, direct(verifyOn(b, store), withSession(b, store)), good)
	})
	b.Run("dynamodb", func(b *testing.B) {
		cloud := site.Cloud(b)
		target.FillDemo(b, cloud.Store, 4)
		event := withSession(b, cloud.Store)
		walk(b, invoked(b, verifyOn(b, keeping(cloud)), event), good)
	})
}

func verifyOn(b *testing.B, store storetest.Store) gateway.Handler {
	b.Helper()
	var settings config.Config
	handler, err := functions.Sessions().NewVerify(settings, settings.Service(store, unhashed{}, settings.Logger(io.Discard)))
	check(b, err)
	return handler
}

// withSession begins a session of the first product with a cookie, and returns the event of its check.
func withSession(b *testing.B, store storetest.Store) events.APIGatewayProxyRequest {
	b.Helper()
	products := functions.Products()
	p := products[slices.IndexFunc(products, func(p product.Product) bool { return p.Session.Cookie != "" })]
	_, record, err := store.Load(b.Context(), directory.AccountOf(product.DemoRealm, p.Login.User.ID))
	check(b, err)
	token, digest, err := session.Minter{Random: rand.Reader}.Token(p.Login.User.ID)
	check(b, err)
	now := time.Now().UTC().Truncate(time.Millisecond)
	check(b, store.Begin(b.Context(), session.Session{
		Kind: session.Browser, Digest: digest, Product: p.Name, Realm: product.DemoRealm, UserID: p.Login.User.ID, Epoch: record.Epoch,
		Created: now, Used: now, Ends: now.Add(time.Hour),
	}))
	return events.APIGatewayProxyRequest{
		Resource: "/verify", Path: "/verify", HTTPMethod: http.MethodGet, Headers: map[string]string{"Cookie": p.Session.Cookie + "=" + token},
	}
}
