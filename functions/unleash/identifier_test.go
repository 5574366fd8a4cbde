package unleash

import (
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, username string
		email          bool
	}{
		{"address", "alice@example.com", true},
		{"capitals", "ALICE@EXAMPLE.COM", true},
		{"two letters at the end", "a@b.de", true},
		{"one letter at the end", "a@b.c", false},
		{"digit at the end", "a@b.c1", false},
		{"dot at the end", "a@b.com.", false},
		{"newline at the end", "a@b.com\n", false},
		{"space at the end", "a@b.com ", false},
		{"no dot", "root@localhost", false},
		{"nothing before", "@example.com", false},
		{"nothing between", "a@.com", false},
		{"not anchored at the start", "x y\né a@example.com", true},
		{"comma, which the range +-/ includes", ",@example.com", true},
		{"slash, which ends it", "/@example.com", true},
		{"marks", "!#$%&'*+-.=?^_{|}~@example.com", true},
		{"backtick, which is missing", "`@example.com", false},
		{"backtick before something else", "`a@example.com", true},
		{"two at signs", "a@b@example.com", true},
		{"domain of marks", "a@b,c/d{e}.com", true},
		{"domain that begins with a mark", "a@-b.com", false},
		{"hyphen and digits in the domain", "a@1-2.example", true},
		{"Kelvin sign", "\u212a@example.com", false},
		{"Kelvin sign at the end", "a@example.co\u212a", false},
		{"long s at the end", "a@example.c\u017fs", false},
		{"letters that are not ASCII at the end", "a@example.été", false},
		{"lone surrogate before", "\xED\xA0\x80a@example.com", true},
		{"lone surrogate in it", "\xED\xA0\x80@example.com", false},
		{"500 units", strings.Repeat("x", 488) + "@example.com", true},
		{"501 units", strings.Repeat("x", 489) + "@example.com", false},
		{"500 units, two of them for one character", "\U0001F600" + strings.Repeat("x", 486) + "@example.com", true},
		{"501 units, two of them for one character", "\U0001F600" + strings.Repeat("x", 487) + "@example.com", false},
		{"500 units of more bytes", strings.Repeat("€", 487) + "x@example.com", true},
		{"500 units with a lone surrogate", "\xED\xA0\x80" + strings.Repeat("x", 487) + "@example.com", true},
		{"empty", "", false},
	}
	for _, row := range rows {
		want := directory.Username(row.username)
		if row.email {
			want = directory.EmailAddress(row.username)
		}
		got := credentials{username: row.username}.identifiers()
		if !slices.Equal(got, []directory.Identifier{want}) {
			t.Errorf("%s: %q is looked up by %v, want %v", row.name, row.username, got, want)
		}
	}
}
