package dynamo_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/store/dynamo"
)

var (
	now   = time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	usual = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}
)

// person stores a user, in a realm of this run alone, and raises its epoch once.
func person(t *testing.T, store *dynamo.Store, realm string) directory.User {
	t.Helper()
	user := directory.User{Realm: realm + "-" + rand.Text(), ID: 1, Username: "jane", PasswordHash: "$2b$04$first", Active: true, CreatedAt: now}
	must(t, store.AddUser(t.Context(), user))
	return password(t, store, user, "$2b$04$second")
}

func password(t *testing.T, store *dynamo.Store, user directory.User, hash string) directory.User {
	t.Helper()
	after := user
	after.PasswordHash = hash
	must(t, store.ReplaceUser(t.Context(), user, after))
	after.Version++
	return after
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// enter plays the right password.
func enter(t *testing.T, store *dynamo.Store, account directory.Account) (epoch int64, err error) {
	t.Helper()
	_, record, err := store.Load(t.Context(), account)
	must(t, err)
	_, err = store.Accept(t.Context(), account, usual, now, record.Epoch)
	return record.Epoch, err
}

func itemOf(t *testing.T, table, pk string) map[string]types.AttributeValue {
	t.Helper()
	key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}}
	out, err := client.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: key})
	must(t, err)
	return out.Item
}

func restore(t *testing.T, table string, item map[string]types.AttributeValue) {
	t.Helper()
	_, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item})
	must(t, err)
}

// ahead reports whether the record of user 1 is ahead of the user, in every scope alike.
func ahead(t *testing.T, store *dynamo.Store, realm string) bool {
	t.Helper()
	counts, err := store.Counts(t.Context(), realm, 1)
	must(t, err)
	for _, count := range counts {
		if count.Ahead != counts[0].Ahead {
			t.Errorf("counts are %+v, want all ahead or none", counts)
		}
	}
	return counts[0].Ahead
}

// TestRestoredUsers: the password of a user that was restored without its record opens nothing before it is unlocked.
func TestRestoredUsers(t *testing.T) {
	t.Parallel()
	connect(t)
	store := dynamo.New(client, tables)
	user := person(t, store, "restored-users")
	account := directory.AccountOf(user.Realm, 1)
	scopes := []directory.Account{account, account.Scoped(138)}
	old := itemOf(t, tables.Users, "user#"+user.Realm+"#1")
	password(t, store, user, "$2b$04$third")
	_, record, err := store.Load(t.Context(), account)
	must(t, err)
	restore(t, tables.Users, old)
	for _, scope := range scopes {
		if _, err := enter(t, store, scope); !errors.Is(err, login.ErrEpoch) {
			t.Errorf("a restored user's login returned %v, want ErrEpoch", err)
		}
	}
	if !ahead(t, store, user.Realm) {
		t.Error("the record is not ahead of a restored user")
	}
	must(t, store.Unlock(t.Context(), user.Realm, 1))
	if ahead(t, store, user.Realm) {
		t.Error("the record is still ahead after Unlock")
	}
	for _, scope := range scopes {
		if epoch, err := enter(t, store, scope); err != nil || epoch <= record.Epoch {
			t.Errorf("after Unlock a login at epoch %d returned %v, want none, above %d", epoch, err, record.Epoch)
		}
	}
	if stored, err := store.User(t.Context(), user.Realm, 1); err != nil || stored.Version != user.Version+1 {
		t.Errorf("Unlock left the version %d, %v, want %d", stored.Version, err, user.Version+1)
	}
}

// TestRestoredAttempts: a record that was restored without its user stops nobody, and the next change raises it above both.
func TestRestoredAttempts(t *testing.T) {
	t.Parallel()
	connect(t)
	store := dynamo.New(client, tables)
	user := person(t, store, "restored-attempts")
	account := directory.AccountOf(user.Realm, 1)
	old := itemOf(t, tables.Attempts, "account#"+user.Realm+"#1")
	user = password(t, store, user, "$2b$04$third")
	restore(t, tables.Attempts, old)
	epoch, err := enter(t, store, account)
	if err != nil || ahead(t, store, user.Realm) {
		t.Errorf("a login on a restored record returned %v, want none", err)
	}
	password(t, store, user, "$2b$04$fourth")
	if _, err := store.Accept(t.Context(), account, usual, now, epoch); !errors.Is(err, login.ErrEpoch) {
		t.Errorf("a login under way slipped past a change: %v", err)
	}
	if _, err := enter(t, store, account); err != nil {
		t.Errorf("the next login returned %v, want none", err)
	}
}

// TestManyApplications: a user can be tried through any number of applications with limits of their own. A change covers all of
// them, and so does an unlock.
func TestManyApplications(t *testing.T) {
	t.Parallel()
	connect(t)
	store := dynamo.New(client, tables)
	user := person(t, store, "many-applications")
	first := mathrand.Int64N(1 << 50) // ids of applications are unique in the tables, which outlive one run
	var scopes []directory.Account
	for id := range int64(110) {
		app := directory.Application{
			ID: first + id, Realm: user.Realm, SecretDigest: directory.Digest(strconv.FormatInt(first+id, 10)), AttemptLimit: 1, LockoutMinutes: 5,
			CreatedAt: now,
		}
		must(t, store.AddApplication(t.Context(), app))
		scopes = append(scopes, directory.AccountOf(user.Realm, 1).Scoped(app.ID))
		if _, err := store.Refuse(t.Context(), scopes[id], usual, now); err != nil {
			t.Fatal(err)
		}
	}
	_, loaded, err := store.Load(t.Context(), scopes[0])
	must(t, err)
	password(t, store, user, "$2b$04$third")
	must(t, store.Unlock(t.Context(), user.Realm, 1))
	counts, err := store.Counts(t.Context(), user.Realm, 1)
	must(t, err)
	for _, count := range counts {
		if count.Fails+count.Run != 0 || !count.Last.IsZero() || count.Epoch <= loaded.Epoch {
			t.Errorf("after a change and an unlock scope %s counts %+v", count.Scope, count.Record)
		}
	}
	for _, scope := range scopes {
		if _, err := store.Accept(t.Context(), scope, usual, now, loaded.Epoch); !errors.Is(err, login.ErrEpoch) {
			t.Fatal(fmt.Errorf("a login under way through %s returned %w, want ErrEpoch", scope.Scope, err))
		}
	}
}
