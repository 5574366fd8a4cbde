package password

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

func TestPlainBcrypt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 72)
	fresh := mustHash(t, 4, right)
	openwall := "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" // crypt_blowfish's own test vector
	for _, row := range []struct {
		name, stored, password string
		want                   bool
	}{
		{"2a", openwall, "U*U", true},
		{"2b", "$2b" + openwall[3:], "U*U", true},
		{"2y", "$2y" + openwall[3:], "U*U", true},
		{"wrong", openwall, "U*U*", false},
		{"Django's bcrypt", "bcrypt$" + fresh, right, true},
		{"not prehashed", fresh, prehash(right), false},
		{"71 of 72 bytes", mustHash(t, 4, long), long[:71], false},
		{"73 bytes, the first 72 right", mustHash(t, 4, long), long + "b", true},
		{"NUL and the key again", mustHash(t, 4, "ab"), "ab\x00ab", false},
		{"NUL after 72 bytes", mustHash(t, 4, long), long + "\x00", false},
		{"empty password", fresh, "", false},
		{"hash of the empty password", "$2b$04$" + emptyTail(t), "", false},
		{"dummy", dummy(4), right, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			hasher, _ := newHasher(t, 4)
			if match, err := hasher.Verify(row.stored, row.password); match != row.want || err != nil {
				t.Errorf("got %v, error %v, want %v", match, err, row.want)
			}
		})
	}
}

// emptyTail is salt and digest of the empty password, which x/crypto/bcrypt hashes and matches.
func emptyTail(t *testing.T) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword(nil, 4)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash[len("$2a$04$"):])
}

// Most of these x/crypto/bcrypt would accept, and match; the others it refuses without doing any work.
func TestSecurity11WhatBcryptLetsThroughIsStoppedBefore(t *testing.T) {
	t.Parallel()
	hash := mustHash(t, 4, right)
	tail := hash[len("$2a$04$"):]
	for _, row := range []struct{ name, stored string }{
		{"2x, the broken version", "$2x$04$" + tail},
		{"2, without a minor version", "$2$04$" + tail},
		{"a 61st byte", hash + "x"},
		{"59 bytes", hash[:59]},
		{"cost 03", "$2a$03$" + tail},
		{"cost 32", "$2a$32$" + tail},
		{"cost before the digits", "$2a$0/$" + tail},
		{"cost after the digits", "$2a$0:$" + tail},
		{"other separators", "$2a-04-" + tail},
		{"line break in the salt", "$2a$04$" + "\n" + tail[1:]},
		{"other alphabet in the digest", hash[:59] + "+"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			refused(t, row.stored, ErrFormat)
		})
	}
}
