package main

import (
	"strings"
	"testing"
)

func TestSecretFromStdin(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100) // more than bcrypt reads
	tests := []struct{ name, stdin, secret, err string }{
		{"no line break", "password one", "password one", ""},
		{"a line break", "password one\n", "password one", ""},
		{"a line break of Windows", "password one\r\n", "password one", ""},
		{"spaces count", "  password one \n", "  password one ", ""},
		{"characters of the world", "ünïcödé\U0001F511\n", "ünïcödé\U0001F511", ""},
		{"long", long, long, ""},
		{"nothing", "", "", "there is no password on stdin"},
		{"an empty line", "\n", "", "there is no password on stdin"},
		{"two lines", "password1\npassword2\n", "", "the password on stdin has more than one line"},
		{"no end", strings.Repeat("x", 1<<17), "", "the password on stdin is longer than any can be"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := &app{stdin: strings.NewReader(test.stdin)}
			secret, err := a.secret(t.Context(), "password")
			if secret != test.secret || (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
				t.Errorf("got %q, %v; want %q, %s", secret, err, test.secret, test.err)
			}
		})
	}
}
