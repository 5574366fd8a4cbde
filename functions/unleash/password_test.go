package unleash_test

import (
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
