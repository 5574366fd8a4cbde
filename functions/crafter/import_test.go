package crafter_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/functions/crafter"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

// table is an export of the product's own table of users.
const table = "id,record_last_updated,username,password,first_name,last_name,externally_managed,email,enabled,deleted\n" +
	"1,2026-01-02 03:04:05,admin,7C3FsCfgbuL71ccDGkDZrnbIEwcOpWoncPiHIswFEBs=|AAECAwQFBgcICQoLDA0ODw==,admin,\\N,0,admin@example.com,1,0\n" +
	"2,2026-01-02 03:04:05,off,,A,B,0,off@example.com,0,0\n" +
	"3,2026-01-02 03:04:05,gone,,A,B,0,gone@example.com,1,1\n"

func TestUsersComeFromTheProductsTable(t *testing.T) {
	t.Parallel()
	e := endpointtest.New(t, crafter.NewLogin, resource, nil)
	stored := e.ImportTable(crafter.Describe().Columns, table)
	want := []directory.User{
		{Realm: endpointtest.Realm, ID: 1, Username: "admin", Email: "admin@example.com", Name: "admin", Active: true},
		{Realm: endpointtest.Realm, ID: 2, Username: "off", Email: "off@example.com", Name: "A B"},
		{Realm: endpointtest.Realm, ID: 3, Username: "gone", Email: "gone@example.com", Name: "A B"},
	}
	ignored := cmpopts.IgnoreFields(directory.User{}, "PasswordHash", "CreatedAt", "Confirmed", "Version")
	if diff := cmp.Diff(want, stored, ignored, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("users differ (-want +got):\n%s", diff)
	}

	if same, err := e.Hasher.Verify(stored[0].PasswordHash, "SecurePass123!"); !same || err != nil {
		t.Errorf("the password does not log in after the import: %v", err)
	}
}
