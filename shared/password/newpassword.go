package password

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of a new password, in characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9; NIST SP 800-63B-4, 3.1.1.2). There are no rules
// on what it is composed of. Passwords that are imported are old ones, and taken as they are.
const (
	minNew = 8
	maxNew = 1024
)

// commonPasswords are the 3,000 that are used most of those that are long enough (OWASP ASVS 5.0, 6.2.4), one a line, in
// lower case. They are the first ones of zxcvbn 4.4.2, copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., MIT license.
// They are in no binary that does not call CheckNew, and so in no function.
//
//go:embed commonpasswords.txt
var commonPasswords string

// CheckNew says what makes a password unfit to be a new one, in a sentence for whoever chose it; nil if it may be one.
func CheckNew(password string) error {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return errors.New("the password is not valid UTF-8: no client could send it")
	case strings.ContainsRune(password, 0):
		return errors.New("the password holds a NUL character: few clients could send it")
	case length < minNew:
		return fmt.Errorf("the password has %d characters; it needs at least %d", length, minNew)
	case length > maxNew:
		return fmt.Errorf("the password has %d characters; it may have at most %d", length, maxNew)
	case strings.Contains("\n"+commonPasswords, "\n"+strings.ToLower(password)+"\n"):
		return errors.New("the password is one of the most common ones, which are guessed first; choose another")
	}
	return nil
}
