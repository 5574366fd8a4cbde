package password

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a new password, in characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9; NIST SP 800-63B-4, 3.1.1.2). There are no rules
// on what it is composed of.
const (
	// LeastMin and MostMin bound the minimum that can be configured. 63B-4 wants at least 64 characters to be allowed.
	LeastMin = 8
	MostMin  = 64

	maxNew = 1024
)

// commonPasswords are the 3,000 that are used most of those that are long enough (OWASP ASVS 5.0, 6.2.4), one a line, in
// lower case. They are the first ones of zxcvbn 4.4.2, copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., MIT license.
// They are in no binary that does not call CheckNew, and so in no function.
//
//go:embed commonpasswords.txt
var commonPasswords string

// CheckNew returns the reason why a password may not be a new one, in a sentence for the person who chose it; nil if it may.
// It needs at least minimum characters, [LeastMin] to [MostMin]. It must not be one of the words, which are those that an
// attacker who knows the user and the service tries first. Letter case, spaces and punctuation make no difference there, but
// a password may contain a word (63B-4, 3.1.1.2: the whole password is compared).
func CheckNew(password string, minimum int, words []string) error {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return errors.New("the password is not valid UTF-8: no client could send it")
	case strings.ContainsRune(password, 0):
		return errors.New("the password holds a NUL character: few clients could send it")
	case length < minimum:
		return fmt.Errorf("the password has %d characters; it needs at least %d", length, minimum)
	case length > maxNew:
		return fmt.Errorf("the password has %d characters; it may have at most %d", length, maxNew)
	case strings.Contains("\n"+commonPasswords, "\n"+strings.ToLower(password)+"\n"):
		return errors.New("the password is one of the most common ones, which are guessed first; choose another")
	case isWord(password, words):
		return errors.New("the password is a name of the user, the realm or the service, which are guessed first; choose another")
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
