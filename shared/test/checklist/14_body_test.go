package checklist_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// answerType is the content type of the product's answers.
var answerType = map[string]string{
	target.AISquare.Name: "application/json", target.Crafter.Name: "application/json;charset=UTF-8",
	target.Unleash.Name: "application/json; charset=utf-8", target.SocialID.Name: "application/json; charset=utf-8",
}

// TestSecurity14Bodies: each product takes one object with the documented keys, up to its size, and nothing else for a login.
func TestSecurity14Bodies(t *testing.T) {
	const ok, bad, tooLarge, unsupported = 200, 400, 413, 415
	everywhere(t, map[string]string{"SOURCE_LIMIT": "0", "ATTEMPT_LIMIT": "0"}, func(t *testing.T, d *door) {
		right := d.product.Body(d.right.Username, d.right.Password)
		accepted := d.send(d.right.Username, d.right.Password).Status
		// A key in another letter case is a key that is missing, which Crafter answers like a wrong password.
		missing := bad
		if d.product == target.Crafter {
			missing = http.StatusUnauthorized
		}
		rows := []struct {
			name, body string
			status     int
		}{
			{"as documented", right, accepted},
			{"as large as may be", padded(right, gateway.MaxBody), accepted},
			{"one byte more", padded(right, gateway.MaxBody+1), tooLarge},
			{"the last of two equal keys", strings.Replace(right, `{`, `{"password":"guess",`, 1), accepted},
			{"an array", "[" + right + "]", bad},
			{"two objects", right + right, bad},
			{"something behind it", right + "x", bad},
			{"cut short", right[:len(right)-1], bad},
			{"a trailing comma", right[:len(right)-1] + ",}", bad},
			{"no JSON", "login", bad},
			{"nested without end", strings.Repeat(`[`, gateway.MaxBody), bad},
			{"key in capitals", strings.Replace(right, `"password"`, `"PASSWORD"`, 1), missing},
			{"key with a space", strings.Replace(right, `"password"`, `"password "`, 1), missing},
		}
		for _, row := range rows {
			checkAnswer(t, d, row.name, d.Do(http.MethodPost, d.product.Path, d.header(), row.body), row.status)
		}
		if d.product == target.AISquare || d.product == target.Unleash { // the others' documents name no type
			header := http.Header{"Content-Type": {"text/plain"}}
			checkAnswer(t, d, "another type", d.Do(http.MethodPost, d.product.Path, header, right), unsupported)
		}
	})
}

func checkAnswer(t *testing.T, d *door, name string, got endpointtest.Answer, status int) {
	t.Helper()
	if got.Status != status {
		t.Errorf("%s: %d %.200s, want %d", name, got.Status, got.Body, status)
	}
	if contentType := got.Header.Get("Content-Type"); contentType != answerType[d.product.Name] {
		t.Errorf("%s: the answer's content type is %q, want %q", name, contentType, answerType[d.product.Name])
	}
}

func padded(text string, size int) string { return text + strings.Repeat(" ", size-len(text)) }
