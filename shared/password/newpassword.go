package password

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a new password, in characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9; NIST SP 800-63B-4, 3.1.1.2). There are no
// composition rules.
const (
	// LeastMin and MostMin bound the configured minimum. 63B-4 requires that 64 characters are allowed.
	LeastMin = 8
	MostMin  = 64

	maxNew = 1024
)

// commonPasswords are the 3,000 most common passwords of sufficient length (OWASP ASVS 5.0, 6.2.4), one a line, in lower
// case: the first ones of zxcvbn 4.4.2, copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., MIT license. The linker drops
// them from binaries that do not call CheckNew, as from every function.
//
//go:embed commonpasswords.txt
var commonPasswords string

// Rule is what a refused password breaks.
type Rule string

// The rules, in the order in which they are checked.
const (
	NotText  Rule = "not text" // not valid UTF-8, or with a NUL
	TooShort Rule = "too short"
	TooLong  Rule = "too long"
	Common   Rule = "common"
	Named    Rule = "named" // a name of the user or the service
)

// RuleError is the reason why a user may not choose a password. Its text is for that user; products that have words of their
// own look at the rule.
type RuleError struct {
	Rule  Rule
	Bound int // the characters that TooShort asks for, or that TooLong allows

	reason string
}

// Error returns the reason in a sentence.
func (r RuleError) Error() string { return r.reason }

// CheckNew returns nil if a user may choose this password, else a [RuleError]. The minimum is [LeastMin] to [MostMin]
// characters. The words are names of the user and the service, which an attacker tries first. A password must not be one of
// them, whatever its letter case, spaces and punctuation, but may contain one (63B-4, 3.1.1.2: the whole password is
// compared).
func CheckNew(password string, minimum int, words []string) error {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return RuleError{NotText, 0, "the password is not valid UTF-8: no client could send it"}
	case strings.ContainsRune(password, 0):
		return RuleError{NotText, 0, "the password holds a NUL character: few clients could send it"}
	case length < minimum:
		return RuleError{TooShort, minimum, fmt.Sprintf("the password has %d characters; it needs at least %d", length, minimum)}
	case length > maxNew:
		return RuleError{TooLong, maxNew, fmt.Sprintf("the password has %d characters; it may have at most %d", length, maxNew)}
	case strings.Contains("\n"+commonPasswords, "\n"+strings.ToLower(password)+"\n"):
		return RuleError{Common, 0, "the password is one of the most common ones, which are guessed first; choose another"}
	case isWord(password, words):
		return RuleError{Named, 0, "the password is a name of the user, the realm or the service, which are guessed first; choose another"}
	}
	return nil
}

func isWord(password string, words []string) bool {
	bare := bareOf(password)
	return bare != "" && slices.ContainsFunc(words, func(word string) bool { return bareOf(word) == bare })
}

// bareOf returns the letters and digits of a text in lower case.
func bareOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
