package crafter_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/functions/crafter"
	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/store/sqlite"
)

// table is an export of the product's own table of users.
const table = "id,record_last_updated,username,password,first_name,last_name,externally_managed,email,enabled,deleted\n" +
	"1,2026-01-02 03:04:05,admin,7C3FsCfgbuL71ccDGkDZrnbIEwcOpWoncPiHIswFEBs=|AAECAwQFBgcICQoLDA0ODw==,admin,\\N,0,admin@example.com,1,0\n" +
	"2,2026-01-02 03:04:05,off,,A,B,0,off@example.com,0,0\n" +
	"3,2026-01-02 03:04:05,gone,,A,B,0,gone@example.com,1,1\n"

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
	form, err := bulk.CSV(crafter.Describe().Columns, nil)
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
		{Realm: "main", ID: 1, Username: "admin", Email: "admin@example.com", Name: "admin", Active: true},
		{Realm: "main", ID: 2, Username: "off", Email: "off@example.com", Name: "A B"},
		{Realm: "main", ID: 3, Username: "gone", Email: "gone@example.com", Name: "A B"},
	}
	ignored := cmpopts.IgnoreFields(directory.User{}, "PasswordHash", "CreatedAt", "Confirmed", "Version")
	if diff := cmp.Diff(want, stored, ignored, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("users differ (-want +got):\n%s", diff)
	}

	if same, err := hasher.Verify(stored[0].PasswordHash, "SecurePass123!"); !same || err != nil {
		t.Errorf("the password does not log in after the import: %v", err)
	}
}
