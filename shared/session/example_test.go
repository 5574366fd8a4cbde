package session_test

import (
	"crypto/rand"
	"fmt"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// The client gets the token, the store only its digest.
func ExampleMinter_Token() {
	minter := session.Minter{Random: rand.Reader}
	token, digest, err := minter.Token(7)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(token), token != digest, directory.Digest(token) == digest)
	// Output: 64 true true
}

// A sign-in id fits into a JSON number, and later ids are larger.
func ExampleMinter_SignInID() {
	minter := session.Minter{Random: rand.Reader}
	now := time.Date(2026, time.January, 2, 3, 4, 5, 0, time.UTC)
	first, _ := minter.SignInID(now)
	later, _ := minter.SignInID(now.Add(time.Millisecond))
	fmt.Println(first < later, later < 1<<53)
	// Output: true true
}
