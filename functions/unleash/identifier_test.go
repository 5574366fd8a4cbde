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
		{"two letters at the end", "a@b.de", true},
		{"one letter at the end", "a@b.c", false},
		{"newline at the end", "a@b.com\n", false},
		{"nothing before", "@example.com", false},
		{"not anchored at the start", "x y\né a@example.com", true},
		{"comma, which the range +-/ includes", ",@example.com", true},
		{"marks", "!#$%&'*+-.=?^_{|}~@example.com", true},
		{"backtick, which is missing", "`@example.com", false},
		{"domain that begins with a mark", "a@-b.com", false},
		{"Kelvin sign", "\u212a@example.com", false},
		{"long s at the end", "a@example.c\u017fs", false},
		{"500 units", strings.Repeat("x", 488) + "@example.com", true},
		{"501 units", strings.Repeat("x", 489) + "@example.com", false},
		{"501 units, two of them for one character", "\U0001F600" + strings.Repeat("x", 487) + "@example.com", false},
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
