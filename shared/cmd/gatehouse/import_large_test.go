package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestImportPassesOverAUserThatIsTooLarge: the store cannot keep it, and the lines after it are imported.
func TestImportPassesOverAUserThatIsTooLarge(t *testing.T) {
	t.Parallel()
	eachStore(t, 1, func(t *testing.T, on ...*console) {
		permissions := strings.Repeat(`"`+strings.Repeat("x", 4096)+`",`, 99) + `"last"`
		lines := fmt.Sprintf(`{"id": 1, "username": "jane"}
{"id": 2, "username": "large", "permissions": [%s]}
{"id": 3, "username": "june"}
`, permissions)
		done := on[0].typed(lines, "users", "import", "-")
		if done.status != 1 || !strings.Contains(done.stderr, "line 2") || !strings.Contains(done.stderr, "more than 393216 bytes together") {
			t.Errorf("the import ended with %d and\n%s\nwant line 2 refused for its size", done.status, done.stderr)
		}
		if got := on[0].must("users", "list").stdout; !strings.Contains(got, "jane") || !strings.Contains(got, "june") {
			t.Errorf("the other lines are not imported:\n%s", got)
		}
	})
}
