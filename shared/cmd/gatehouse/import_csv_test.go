package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestImportFromUnleash(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed("\uFEFFid,name,username,email,image_url,permissions,login_attempts,created_at,seen_at,password_hash,is_service,scim_id,"+
		"deleted_at\r\n"+
		`1,"Doe, Jane",jane,Jane@Example.com,https://example.com/a.png,[],3,2026-01-02 03:04:05.678+00,,`+someHash+",f,s1,\r\n"+
		`2,,robot,,,"[""ADMIN""]",0,2026-01-02 05:04:05+02,,,t,,`+"\r\n",
		"users", "import", "-", "--from", "csv", "--preset", "unleash").succeeded().shows("imported 2, failed 0\n")
	c.must("users", "export").shows(`{"id":1,"username":"jane","email":"jane@example.com","name":"Doe, Jane","password_hash":"` + someHash +
		`","active":true,"confirmed":true,"created_at":"2026-01-02T03:04:05.678Z","image_url":"https://example.com/a.png",` +
		`"scim_id":"s1"}` + "\n" + `{"id":2,"username":"robot","active":true,"confirmed":true,"created_at":"2026-01-02T03:04:05Z",` +
		`"account_type":"Service Account","permissions":["ADMIN"]}` + "\n")
}

func TestImportFromCrafter(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.typed("id,record_last_updated,username,password,first_name,last_name,externally_managed,email,enabled,deleted\n"+
		`1,2026-01-02 03:04:05,admin,`+crafterRight+`,admin,\N,0,admin@example.com,1,0`+"\n"+
		`2,2026-01-02 03:04:05,off,,A,B,0,off@example.com,0,0`+"\n"+
		`3,2026-01-02 03:04:05,gone,,A,B,0,gone@example.com,1,1`+"\n",
		"users", "import", "-", "--from", "csv", "--preset", "crafter").succeeded()
	has(t, c.must("users", "show", "admin", "--json").object(), map[string]any{"id": 1, "name": "admin", "active": true})
	has(t, c.must("users", "show", "off", "--json").object(), map[string]any{"name": "A B", "active": false})
	has(t, c.must("users", "show", "gone", "--json").object(), map[string]any{"active": false, "has_password": false})
	if !c.verifies("main", 1, "SecurePass123!") {
		t.Error("Crafter's password does not log in after the import")
	}
}

func TestImportFromCSVGoesOn(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	table := "id,login,email_sent,root_role,active,note\n" +
		"1,\"two\nlines\",t,1,yes,x\n" +
		"\n" +
		"2,\"quote \"\" in it\",0,,0,\"\"\n" +
		"3,a \"stray\" quote,,,,\n" +
		"4,\"closed\" early,,,,\n" +
		"5,too,few\n" +
		"six,id,,,,\n" +
		"7,mark,,,perhaps,\n" +
		"8,role,,admin,,\n" +
		"9,\xff,,,,\n" +
		"10," + strings.Repeat("x", maxLine) + ",,,,\n" +
		"11, spacey ,,,,\n" +
		"12,\"never closed,,,,"
	file := filepath.Join(t.TempDir(), "rejects.csv")
	p := c.typed(table, "users", "import", "-", "--from", "csv", "--map", "login=username", "--map", "id=id",
		"--map", "email_sent=email_sent", "--map", "root_role=root_role", "--map", "active=active", "--rejects", file)
	p.shows("imported 3, failed 9\n")
	want := `line 6: not valid CSV: bare " in non-quoted-field
line 7: not valid CSV: extraneous or missing " in quoted-field
line 8: 3 columns, but the header has 6
line 9: id: not a positive whole number; an empty field in --map ignores the column
line 10: active: must be true, false or empty
line 11: root_role: must be a whole number or empty
line 12: not valid UTF-8
line 13: the line is longer than 1048576 bytes
line 15: not valid CSV: extraneous or missing " in quoted-field
`
	if p.stderr != want {
		t.Errorf("stderr is\n%s\nwant\n%s", p.stderr, want)
	}
	contains(t, file, "id,login,email_sent,root_role,active,note\n3,a \"stray\" quote,,,,\n4,\"closed\" early,,,,\n5,too,few\n"+
		"six,id,,,,\n7,mark,,,perhaps,\n8,role,,admin,,\n9,\xff,,,,\n12,\"never closed,,,,\n")
	has(t, c.must("users", "show", "id:1", "--json").object(), map[string]any{
		"username": "two\nlines", "email_sent": true, "root_role": 1, "active": true,
	})
	has(t, c.must("users", "show", "id:2", "--json").object(), map[string]any{
		"username": `quote " in it`, "email_sent": false, "active": false,
	})
	has(t, c.must("users", "show", "id:11", "--json").object(), map[string]any{"username": " spacey "})
}

func TestImportOfHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, header, flags, message string }{
		{"named as the fields", "username,password,scim_id,first_name", "", ""},
		{"nothing at all", "", "", ""},
		{"a column that is no field", "username,nickname", "", `the column "nickname" is not a field; say with --map which field it is`},
		{"the same with a map", "username,nickname", "--map username=username", ""},
		{"no name to log in with", "id,name", "", "no column is a username or an e-mail address; say with --map which one is"},
		{"a column that is not there", "username", "--map user=username", `column "user" not found; the header has username`},
		{"one field twice", "username,login,name", "--map login=username --map username=username",
			`the columns "username" and "login" are both the field username`},
		{"a column of a preset left out", "id,username", "--preset unleash --map id=", ""},
		{"a column of a preset as another field", "id,username,mail", "--preset crafter --map mail=email", ""},
		{"broken", `username,"id" x`, "", `not valid CSV: extraneous or missing " in quoted-field`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"users", "import", "-", "--from", "csv"}, strings.Fields(test.flags)...)
			p := newConsole(t).typed(test.header+"\n", args...)
			if test.message == "" {
				p.succeeded()
				return
			}
			p.failed(1, "stopped after line 0: line 1: "+test.message+"; what is imported stays")
		})
	}
}

func TestImportRefusesFlagsOfOtherForms(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flags, message string }{
		{"an unknown form", "--from xml", "--from must be jsonl, django or csv"},
		{"a map without CSV", "--map a=username", "--map and --preset need --from csv"},
		{"a preset without CSV", "--from django --preset unleash", "--map and --preset need --from csv"},
		{"a model without Django", "--from csv --model a.b", "--model needs --from django"},
		{"an unknown preset", "--from csv --preset wiki", "--preset must be " + strings.Join(presets(), " or ")},
		{"a map without a field", "--from csv --map a", `--map "a" is not of the form column=field`},
		{"a map without a column", "--from csv --map =id", `--map "=id" is not of the form column=field`},
		{"a map to what is no field", "--from csv --map a=b", `--map "a=b": unknown field "b"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"users", "import", "-"}, strings.Fields(test.flags)...)
			newConsole(t).typed("", args...).failed(2, test.message)
		})
	}
}
