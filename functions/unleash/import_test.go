package unleash_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/functions/unleash"
	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/store/sqlite"
)

// table is an export of the product's own table of users.
const table = "id,name,username,email,image_url,permissions,login_attempts,created_at,seen_at,password_hash,is_service,scim_id,deleted_at\r\n" +
	`1,"Doe, Jane",jane,Jane@Example.com,https://example.com/a.png,[],3,2026-01-02 03:04:05.678+00,,,f,s1,` + "\r\n" +
	`2,,robot,,,"[""ADMIN""]",0,2026-01-02 05:04:05+02,,,t,,` + "\r\n"

func TestUsersComeFromTheProductsTable(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	hasher, err := password.New(password.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	form, err := bulk.CSV(unleash.Describe().Columns, nil)
	if err != nil {
		t.Fatal(err)
	}
	importer := &bulk.Importer{
		Store: store, Hasher: hasher, Realm: "main", Form: form, OnConflict: bulk.Fail, Now: time.Now,
		Called:  func(user directory.User) string { return user.Username },
		BadLine: func(number int, reason error) { t.Errorf("line %d: %v", number, reason) },
		Warning: func(number int, text string) { t.Errorf("line %d: %s", number, text) },
		Settled: func(bulk.Tally) {},
	}
	if _, err := importer.Import(t.Context(), strings.NewReader(table)); err != nil {
		t.Fatal(err)
	}
	var stored []directory.User
	for user, err := range store.Users(t.Context(), "main") {
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, user)
	}
	slices.SortFunc(stored, func(a, b directory.User) int { return int(a.ID - b.ID) })
	want := []directory.User{
		{
			Realm: "main", ID: 1, Username: "jane", Email: "jane@example.com", Name: "Doe, Jane", Active: true,
			Profile: directory.Profile{ImageURL: "https://example.com/a.png", ScimID: "s1"},
		},
		{
			Realm: "main", ID: 2, Username: "robot", Active: true,
			Profile: directory.Profile{AccountType: directory.ServiceAccount, Permissions: []string{"ADMIN"}},
		},
	}
	ignored := cmpopts.IgnoreFields(directory.User{}, "PasswordHash", "CreatedAt", "Confirmed", "Version")
	if diff := cmp.Diff(want, stored, ignored, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("users differ (-want +got):\n%s", diff)
	}
}
