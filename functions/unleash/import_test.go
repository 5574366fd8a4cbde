package unleash_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/functions/unleash"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

// table is an export of the product's own table of users.
const table = "id,name,username,email,image_url,permissions,login_attempts,created_at,seen_at,password_hash,is_service,scim_id,deleted_at\r\n" +
	`1,"Doe, Jane",jane,Jane@Example.com,https://example.com/a.png,[],3,2026-01-02 03:04:05.678+00,,,f,s1,` + "\r\n" +
	`2,,robot,,,"[""ADMIN""]",0,2026-01-02 05:04:05+02,,,t,,` + "\r\n"

func TestUsersComeFromTheProductsTable(t *testing.T) {
	t.Parallel()
	e := endpointtest.New(t, unleash.NewLogin, resource, nil)
	stored := e.ImportTable(unleash.Describe().Columns, table)
	want := []directory.User{
		{
			Realm: endpointtest.Realm, ID: 1, Username: "jane", Email: "jane@example.com", Name: "Doe, Jane", Active: true,
			Profile: directory.Profile{ImageURL: "https://example.com/a.png", ScimID: "s1"},
		},
		{
			Realm: endpointtest.Realm, ID: 2, Username: "robot", Active: true,
			Profile: directory.Profile{AccountType: directory.ServiceAccount, Permissions: []string{"ADMIN"}},
		},
	}
	ignored := cmpopts.IgnoreFields(directory.User{}, "PasswordHash", "CreatedAt", "Confirmed", "Version")
	if diff := cmp.Diff(want, stored, ignored, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("users differ (-want +got):\n%s", diff)
	}
}
