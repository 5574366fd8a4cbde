package password_test

import (
	"fmt"

	"gatehouse/shared/password"
)

// A login verifies the stored hash, then replaces it if it is outdated.
func Example() {
	hasher, err := password.New(5) // production: 12
	if err != nil {
		fmt.Println(err)
		return
	}
	stored := "$2a$04$YeqOvr872.EhR/vfOp2nNuzt35RwfjrYrPUPIKP5CHUD/sQh65wiy" // bcrypt of cost 4
	match, err := hasher.Verify(stored, "right password")
	fmt.Println(match, err)

	replacement, outdated, err := hasher.Upgrade(stored, "right password")
	fmt.Println(outdated, err, replacement[:7])
	// Output:
	// true <nil>
	// true <nil> $2a$05$
}

// A long password is hashed whole, in the form of Django.
func ExampleHasher_Hash() {
	hasher, err := password.New(password.MinCost) // production: 12
	if err != nil {
		fmt.Println(err)
		return
	}
	short, _ := hasher.Hash("right password")
	long, _ := hasher.Hash(fmt.Sprintf("%073d", 0))
	fmt.Println(short[:7], long[:21])
	// Output: $2a$04$ bcrypt_sha256$$2a$04$
}

// Import keeps a hash that Verify can read. Django's unusable password becomes an account without a password.
func ExampleHasher_Import() {
	hasher, err := password.New(password.MinCost)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hash := range []string{"$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy", "!", "$1$md5"} {
		stored, err := hasher.Import(hash)
		fmt.Printf("%q %v\n", stored, err)
	}
	// Output:
	// "$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy" <nil>
	// "" <nil>
	// "" unreadable password hash: unknown format
}

// CheckNew compares a new password with bounds, common passwords and the user's own names.
func ExampleCheckNew() {
	names := []string{"jane", "Jane Doe"}
	for _, chosen := range []string{"short", "password1", "jane-doe", "correct horse"} {
		fmt.Println(password.CheckNew(chosen, 8, names))
	}
	// Output:
	// the password has 5 characters; it needs at least 8
	// the password is one of the most common ones, which are guessed first; choose another
	// the password is a name of the user, the realm or the service, which are guessed first; choose another
	// <nil>
}
