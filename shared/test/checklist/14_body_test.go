package checklist_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
	"gatehouse/shared/test/target"
)

// TestSecurity14Bodies: a login is one object with the documented keys, up to its size, and nothing else. Every response has
// the content type of an accepted one. The events hold the statuses.
func TestSecurity14Bodies(t *testing.T) {
	everywhere(t, map[string]string{"SOURCE_LIMIT": "0", "ATTEMPT_LIMIT": "0"}, func(t *testing.T, d *door) {
		right := d.product.Body(d.right.Username, d.right.Password)
		key := keyOf(t, right, d.right.Password)
		contentType := d.send(d.right.Username, d.right.Password).Header.Get("Content-Type")
		if !strings.HasPrefix(contentType, "application/json") {
			t.Errorf("the response's content type is %q, want JSON", contentType)
		}
		d.lines()
		for _, row := range []struct {
			name, body string
			accepted   bool
		}{
			{"as documented", right, true},
			{"as large as may be", padded(right, gateway.MaxBody), true},
			{"one byte more", padded(right, gateway.MaxBody+1), false},
			{"the last of two equal keys", strings.Replace(right, `{`, `{`+key+`:"guess",`, 1), true},
			{"an array", "[" + right + "]", false},
			{"two objects", right + right, false},
			{"key in capitals", strings.Replace(right, key, strings.ToUpper(key), 1), false},
		} {
			got := d.Do(http.MethodPost, d.product.Path, d.header(), row.body)
			accepted := d.product.Read(got.Status, got.Body) == target.Accepted
			if accepted != row.accepted || !accepted && got.Status/100 != 4 {
				t.Errorf("%s: %d %.200s, want it accepted: %t", row.name, got.Status, got.Body, row.accepted)
			}
			if outcomes := d.outcomes(); !row.accepted && len(outcomes) > 0 && outcomes[0] == login.WrongPassword {
				t.Errorf("%s: counted as a wrong password", row.name)
			}
			if got := got.Header.Get("Content-Type"); got != contentType {
				t.Errorf("%s: the content type is %q, want %q", row.name, got, contentType)
			}
		}
	})
}

// keyOf returns the key of a value in an object, in its quotes.
func keyOf(t *testing.T, object, value string) string {
	t.Helper()
	var fields map[string]string
	must(t, json.Unmarshal([]byte(object), &fields))
	for key, each := range fields {
		if each == value {
			return `"` + key + `"`
		}
	}
	t.Fatalf("%s has no %s", object, value)
	return ""
}

func padded(text string, size int) string { return text + strings.Repeat(" ", size-len(text)) }
