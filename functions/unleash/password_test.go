package unleash_test

import (
	"strings"
	"testing"

	"gatehouse/shared/directory"
)

func TestPasswords(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, stored, sent string // sent as JSON
		status             int
	}{
		{"NUL", "a\x00b", `"a\u0000b"`, 200},
		{"lone surrogate", "\xED\xA0\x80x", `"\ud800x"`, 200},
		{"surrogates in the wrong order", "\xED\xB0\x80\xED\xA0\x80", `"\udc00\ud800"`, 200},
		{"lone surrogate for the replacement character", "\ufffd", `"\ud800"`, 401},
		{"replacement character for a lone surrogate", "\xED\xA0\x80", `"\ufffd"`, 401},
		{"a boolean is its text", "true", `true`, 200},
		{"invalid UTF-8", "a\ufffdb", "\"a\xffb\"", 200},
		{"surrogate in UTF-8, one replacement a byte", "\ufffd\ufffd\ufffd", "\"\xED\xA0\x80\"", 200},
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
	e := newEndpoint(t, unlimited())
	long := strings.Repeat("x", 300)
	for _, username := range []string{"alice", "Alice", "  spacey ", "dave@example.org", "zoë", "quote'; drop table x;--", long} {
		e.Add(directory.Entry{Username: username, Password: "right"})
	}
	for username, status := range map[string]int{
		"Alice": 200, "  spacey ": 200, "dave@example.org": 401, "zoë": 200, "zoe\u0308": 401, "quote'; drop table x;--": 200, long: 200,
	} {
		if got := logIn(e, username, "right"); got.Status != status {
			t.Errorf("%s: status %d, want %d; body %s", username, got.Status, status, got.Body)
		}
	}
}
