package main

import (
	"path/filepath"
	"strings"
	"testing"
)

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

func TestImportRefusesFlagsOfOtherForms(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, flags, message string }{
		{"an unknown form", "--from xml", "--from must be jsonl, django or csv"},
		{"a map without CSV", "--map a=username", "--map and --preset need --from csv"},
		{"a preset without CSV", "--from django --preset any", "--map and --preset need --from csv"},
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
