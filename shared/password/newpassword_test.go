package password

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSecurity13NewPasswords(t *testing.T) {
	t.Parallel()
	const common = "the password is one of the most common ones, which are guessed first; choose another"
	const word = "the password is a name of the user, the realm or the service, which are guessed first; choose another"
	words := []string{"", "jane.doe", "jane.doe@example.com", "Jänna Müller", "--------"}
	rules := map[string]RuleError{
		"not valid UTF-8": {Rule: NotText}, "a NUL": {Rule: NotText}, "at least": {Rule: TooShort, Bound: LeastMin},
		"at most": {Rule: TooLong, Bound: 1024}, "most common": {Rule: Common}, "is a name": {Rule: Named},
	}
	tests := []struct{ name, password, want string }{
		{"eight characters", "jq8#mmfw", ""},
		{"eight characters of several bytes", strings.Repeat("é", 8), ""},
		{"seven characters of several bytes", strings.Repeat("é", 7), "the password has 7 characters; it needs at least 8"},
		{"1024 characters", strings.Repeat("é", 1024), ""},
		{"1025 characters", strings.Repeat("x", 1025), "the password has 1025 characters; it may have at most 1024"},
		{"a NUL", "1234\x005678", "the password holds a NUL character: few clients could send it"},
		{"no UTF-8", "1234\xff5678", "the password is not valid UTF-8: no client could send it"},
		{"the most common one", "password", common},
		{"a common one in other letter case", "PassWord123", common},
		{"the last of the list", "greyhoun", common},
		{"part of a common one", "ssword12", ""},
		{"a word", "jane.doe@example.com", word},
		{"a word in other letter case and punctuation", "JANE_DOE", word},
		{"more than a word", "jane.doe1", ""},
		{"nothing but punctuation", "--------", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			err := CheckNew(test.password, LeastMin, words)
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for part, rule := range rules {
				if refusal, _ := errors.AsType[RuleError](err); strings.Contains(got, part) && (refusal.Rule != rule.Rule || refusal.Bound != rule.Bound) {
					t.Errorf("got the rule %q with the bound %d, want %q with %d", refusal.Rule, refusal.Bound, rule.Rule, rule.Bound)
				}
			}
		})
	}
}

// TestCommonPasswordsAreUsable: a line that could never be a new password, or never match one, would make the list shorter
// than it looks.
func TestCommonPasswordsAreUsable(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line := range strings.Lines(commonPasswords) {
		word := strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(word) < LeastMin || word != strings.ToLower(strings.TrimSpace(word)) || word == line {
			t.Errorf("%q is too short, or not in lower case, or has no line of its own", line)
		}
		seen[word] = true
	}
	if len(seen) != 3000 {
		t.Errorf("the list has %d different passwords, want 3000", len(seen))
	}
}
