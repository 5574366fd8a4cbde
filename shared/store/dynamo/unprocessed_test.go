package dynamo_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/dynamolocal"
)

// TestUnprocessedKeysAreNotNobody: keys that DynamoDB leaves unprocessed are asked for again, and are a fault in the end.
// Taking them for absent would tell a user that it does not exist.
func TestUnprocessedKeysAreNotNobody(t *testing.T) {
	t.Parallel()
	store, proxy := throughProxy(t)
	realm := "unprocessed-" + rand.Text() // the tables outlive one run of the test
	user := directory.User{Realm: realm, ID: 7, Username: "hunter", Active: true, CreatedAt: time.UnixMilli(0).UTC()}
	if err := store.AddUser(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	ask := func() ([]directory.Account, error) {
		return store.Resolve(t.Context(), user.Realm, []directory.Identifier{directory.Username("hunter")})
	}
	proxy.Choose(func(call dynamolocal.Call) dynamolocal.Fault {
		if call.N < 2 {
			return dynamolocal.Unprocessed
		}
		return dynamolocal.None
	})
	accounts, err := ask()
	if err != nil || !accounts[0].Known || len(proxy.Seen()) != 3 {
		t.Errorf("left unprocessed twice: %+v, %v after %v, want the user after three requests", accounts, err, proxy.Seen())
	}
	proxy.Choose(func(dynamolocal.Call) dynamolocal.Fault { return dynamolocal.Unprocessed })
	if accounts, err := ask(); err == nil || !strings.Contains(err.Error(), "unprocessed") {
		t.Errorf("always left unprocessed: %+v, %v, want a fault", accounts, err)
	}
	if _, _, err := store.Load(t.Context(), directory.AccountOf(user.Realm, user.ID)); err == nil {
		t.Errorf("an account that was never read was loaded")
	}
}
