package unleash_test

import (
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	seventyTwo := strings.Repeat("0123456789ab", 6)
	umlauts := strings.Repeat("ä", 36) // 72 bytes
	rows := []struct {
		name, stored, sent string // sent as JSON
		status             int
	}{
		{"72 bytes", seventyTwo, `"` + seventyTwo + `"`, 200},
		{"72 bytes, 73 sent", seventyTwo, `"` + seventyTwo + `x"`, 200},
		{"72 bytes, 1,000 sent", seventyTwo, `"` + seventyTwo + strings.Repeat("x", 928) + `"`, 200},
		{"72 bytes, 71 sent", seventyTwo, `"` + seventyTwo[:71] + `"`, 401},
		{"36 characters of two bytes, and more", umlauts, `"` + umlauts + `ä"`, 200},
		{"36 characters of two bytes, one less", umlauts, `"` + umlauts[2:] + `"`, 401},
		{"73 bytes, all of which count here", seventyTwo + "x", `"` + seventyTwo + `x"`, 200},
		{"73 bytes, another tail", seventyTwo + "x", `"` + seventyTwo + `y"`, 401},
		{"73 bytes, the first 72", seventyTwo + "x", `"` + seventyTwo + `"`, 401},
		{"NUL", "a\x00b", `"a\u0000b"`, 200},
		{"NUL, another tail", "a\x00b", `"a\u0000c"`, 401},
		{"repeated with a NUL, which bcrypt alone takes", "ab", `"ab\u0000ab"`, 401},
		{"lone surrogate", "\xED\xA0\x80x", `"\ud800x"`, 200},
		{"lone low surrogate", "\xED\xB0\x80", `"\uDC00"`, 200},
		{"surrogates in the wrong order", "\xED\xB0\x80\xED\xA0\x80", `"\udc00\ud800"`, 200},
		{"lone surrogate for the replacement character", "\ufffd", `"\ud800"`, 401},
		{"replacement character for a lone surrogate", "\xED\xA0\x80", `"\ufffd"`, 401},
		{"invalid UTF-8", "a\ufffdb", "\"a\xffb\"", 200},
		{"surrogate in UTF-8, one replacement a byte", "\ufffd\ufffd\ufffd", "\"\xED\xA0\x80\"", 200},
		{"character cut short, one replacement", "\ufffdx", "\"\xE2\x82x\"", 200},
		{"composed", "\u00e9", `"\u00e9"`, 200},
		{"decomposed", "\u00e9", `"e\u0301"`, 401},
		{"space before", "right", `" right"`, 401},
		{"space behind", "right", `"right "`, 401},
		{"spaces only", "   ", `"   "`, 200},
		{"other letter case", "right", `"Right"`, 401},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := newEndpoint(t, unlimited())
			e.Add(directory.Entry{Username: "alice", Password: row.stored})
			wantStatus(t, post(e, `{"username":"alice","password":`+row.sent+`}`), row.status)
		})
	}
}

func TestUsernames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 600-len("@example.com")) + "@example.com"
	e := newEndpoint(t, unlimited())
	for _, user := range []directory.Entry{
		{Username: "alice", Email: "alice@example.com"},
		{Username: "Alice"},
		{Username: "  spacey "},
		{Username: "root@localhost"},
		{Username: "dave@example.org"},
		{Username: "bob", Email: "dave2@example.org"},
		{Username: "zoë"},
		{Username: "quote'; drop table x;--"},
		{Username: strings.Repeat("x", 300)},
	} {
		user.Password = "right"
		e.Add(user)
	}
	for _, row := range []struct {
		name, sent string
		status     int
	}{
		{"as stored", "alice", 200},
		{"as another is stored", "Alice", 200},
		{"as nobody is stored", "ALICE", 401},
		{"e-mail address", "alice@example.com", 200},
		{"e-mail address in capitals", "ALICE@EXAMPLE.COM", 200},
		{"e-mail address with a space before", " alice@example.com", 401},
		{"spaces that belong to it", "  spacey ", 200},
		{"spaces trimmed", "spacey", 401},
		{"no e-mail address without a dot", "root@localhost", 200},
		{"e-mail address as username", "dave@example.org", 401},
		{"not ASCII", "zoë", 200},
		{"not ASCII, decomposed", "zoe\u0308", 401},
		{"SQL", "quote'; drop table x;--", 200},
		{"300 characters", strings.Repeat("x", 300), 200},
		{"600 characters of e-mail address", long, 401},
	} {
		got := logIn(e, row.sent, "right")
		if got.Status != row.status {
			t.Errorf("%s: status %d, want %d; body %s", row.name, got.Status, row.status, got.Body)
		}
	}
}
